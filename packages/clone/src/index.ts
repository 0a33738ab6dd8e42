// Public surface of clone: recipes, storage plans, the image store and the archive of the boot environment.
export { type CpioEntry, writeCpio } from './cpio/write-cpio.ts';
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
export { type Disk, describeDisk, disksNamed } from './storage/disk.ts';
export { type MachineFacts, planStorage, type StorageResult } from './storage/plan-storage.ts';
export type * from './storage/storage-plan.ts';
export { tool } from './tool.ts';
