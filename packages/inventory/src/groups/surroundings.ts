// What group sources see of the machine, by parameter.
import type { Environment } from '../cluster-file/locate-cluster-file.ts';
import type { UserId } from '../cluster-file/trusted-file.ts';

export interface Surroundings {
  readonly env: Environment;
  readonly cwd: string;
  readonly home: string;
  /** `/etc`, unless a test says otherwise. */
  readonly systemFolder: string;
  readonly userId: UserId;
}
