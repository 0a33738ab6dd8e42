// The parts of systeminformation that we use, in a module of our own that is imported dynamically: being CommonJS, it would come
// without its names if a bundle imported it dynamically itself.
export { osInfo, system } from 'systeminformation';
