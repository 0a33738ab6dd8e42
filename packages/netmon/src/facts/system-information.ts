// The parts of systeminformation that we use, in a module of our own that is imported dynamically: it costs 35 ms at start-up,
// and, being CommonJS, would come without its names if a bundle imported it dynamically itself.
export { networkInterfaces, osInfo, system } from 'systeminformation';
