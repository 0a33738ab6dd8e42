// Public surface of clone: recipes, storage plans, images, plans, what a head knows of deployments, power. The bins load this file, so what
// is heavy to load (the service, Redfish, building a boot environment) is a verb only.
export { bootBytes, type ContentsList, readContentsList } from './bootenv/contents-list.ts';
export { type CpioEntry, writeCpio } from './cpio/write-cpio.ts';
export type { Deployment, Run, Trust, Via } from './deploy/deployment.ts';
export type { DeploymentStore, NewDeployment, StoredPlan, Timing } from './deploy/deployment-store.ts';
export type { Ending, Position, Reason } from './deploy/position.ts';
export { defaultSteps, type Step, type StepName, type StepTable } from './deploy/step-table.ts';
export type { MachineStore, SeenMachine } from './enrol/machine-store.ts';
export type { Identity, NetworkSoftware } from './identity/identity.ts';
export { type Descriptor, readBlob, readWholeBlob, writeBlob } from './image/blob-store.ts';
export { deleteImage, sweep, verifyBlobs } from './image/care-for-layout.ts';
export { type Change, diffManifests, type ManifestDiff } from './image/diff-manifests.ts';
export type { Attributes, FileEntry } from './image/file-entry.ts';
export { readManifest, writeManifest } from './image/file-manifest.ts';
export {
  accountsWithPassword,
  checkTree,
  defaultRules,
  fateOf,
  type HygieneFinding,
  type HygieneRule,
  type TreeEntry,
} from './image/hygiene-rules.ts';
export { type ImageConfig, type ImageManifest, mediaTypes } from './image/image-json.ts';
export { type Image, listImages, type NewImage, readImage, writeImage } from './image/image-layout.ts';
export { createLayout } from './image/layout-index.ts';
export { pathBytes, pathText } from './image/path-text.ts';
export { generateSigningKey, type Signature, signManifest, verifyManifest } from './image/signing.ts';
export { type NodePlan, type PlannedImage, type PlanResult, planDigest } from './plan/node-plan.ts';
export { type PlanInput, planNode } from './plan/plan-node.ts';
export { type DeployableImage, deployableImage } from './plan/planned-image.ts';
export { type IpmiSettings, ipmiDriver } from './power/ipmi.ts';
export { commandDriver } from './power/power-command.ts';
export {
  type PowerDriver,
  type PoweredNode,
  type PowerState,
  startFromNetwork,
} from './power/power-driver.ts';
export type { ClaimedDisk, MachineReport } from './protocol/claim.ts';
export { type HeadFolder, type HeadKey, headFolder, openHeadKey } from './protocol/head-folder.ts';
export { type PackageLine, parsePackageLine } from './recipe/check-package-line.ts';
export { type CheckOptions, checkRecipe } from './recipe/check-recipe.ts';
export type { Finding, Place, Severity } from './recipe/finding.ts';
export {
  type FlatRecipe,
  fillVariables,
  flattenRecipe,
  type NodeVariables,
} from './recipe/flatten-recipe.ts';
export { imageEffects } from './recipe/image-effects.ts';
export { kickstartReference } from './recipe/kickstart-reference.ts';
export type { ReadInclude } from './recipe/line-source.ts';
export { type ParseOptions, parseRecipe } from './recipe/parse-recipe.ts';
export type { Recipe, RecipeCommand, RecipeSection, SourceLine } from './recipe/recipe.ts';
export { INSTALLERS, type Installer } from './recipe/render/installers.ts';
export { type RenderOptions, renderRecipe } from './recipe/render/render-recipe.ts';
export type { Rendered } from './recipe/render/rendered.ts';
export { type SystemSettings, systemSettings } from './recipe/settings.ts';
export { declaredSyntax, parseSyntax, SYNTAXES, type Syntax } from './recipe/syntax.ts';
export { progressOfRun, type RunProgress, stateOf, stepTimes } from './run/progress-of-run.ts';
export { type Head, type HeadTables, openHead, readHead } from './service/open-head.ts';
export { type Disk, describeDisk, disksNamed } from './storage/disk.ts';
export { type MachineFacts, planStorage, type StorageResult } from './storage/plan-storage.ts';
export type * from './storage/storage-plan.ts';
export { tool } from './tool.ts';
