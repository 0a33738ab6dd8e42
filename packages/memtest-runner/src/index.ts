// Public surface of memtest-runner.
export { type BuildKernelOptions, type BuiltKernel, buildKernel } from './kernel/build-kernel.ts';
export {
  type AddressKind,
  type Ending,
  type EngineName,
  type EngineReport,
  FINDING_LIMIT,
  type Finding,
} from './model/engine-report.ts';
