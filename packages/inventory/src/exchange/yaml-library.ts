// The parts of `yaml` that we use, in a module of our own that is imported dynamically: yaml costs 45 ms at start-up, and,
// being CommonJS, would come without its names if a bundle imported it dynamically itself.
export { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
