// clone as the command line sees it: recipes, images, the boot service, deployments.
import type { Tool } from '@heorot/cli';
import { attend } from './commands/attend.ts';
import { boot } from './commands/boot.ts';
import { bootenvBuild } from './commands/bootenv-build.ts';
import { bootenvShow } from './commands/bootenv-show.ts';
import { cancel } from './commands/cancel.ts';
import { capture } from './commands/capture.ts';
import { deploy } from './commands/deploy.ts';
import { enrol } from './commands/enrol.ts';
import { imageBuild } from './commands/image-build.ts';
import { imageCheck } from './commands/image-check.ts';
import { imageDelete } from './commands/image-delete.ts';
import { imageDiff } from './commands/image-diff.ts';
import { imageExport } from './commands/image-export.ts';
import { imageImport } from './commands/image-import.ts';
import { imageList } from './commands/image-list.ts';
import { imageShow } from './commands/image-show.ts';
import { imageVerify } from './commands/image-verify.ts';
import { log } from './commands/log.ts';
import { plan } from './commands/plan.ts';
import { recipeCheck } from './commands/recipe-check.ts';
import { recipeFlatten } from './commands/recipe-flatten.ts';
import { recipeRender } from './commands/recipe-render.ts';
import { rescue } from './commands/rescue.ts';
import { retry } from './commands/retry.ts';
import { serve } from './commands/serve.ts';
import { status } from './commands/status.ts';
import { sync } from './commands/sync.ts';
import { watch } from './commands/watch.ts';

export const tool: Tool = {
  name: 'clone',
  summary: 'turns bare machines into nodes of the cluster',
  description:
    'Captures a golden node as an image, or takes a kickstart recipe, and gives back nodes that boot from their own disks, each with its own identity.',
  verbs: {
    capture,
    sync,
    'image list': imageList,
    'image show': imageShow,
    'image check': imageCheck,
    'image verify': imageVerify,
    'image diff': imageDiff,
    'image delete': imageDelete,
    'image export': imageExport,
    'image import': imageImport,
    'image build': imageBuild,

    serve,
    enrol,
    plan,
    deploy,
    status,
    watch,
    retry,
    cancel,
    log,
    attend,
    boot,
    rescue,
    'bootenv build': bootenvBuild,
    'bootenv show': bootenvShow,
    'recipe check': recipeCheck,
    'recipe render': recipeRender,
    'recipe flatten': recipeFlatten,
  },
  exitCodes: [
    { code: '0', summary: 'all asked for was done and found good' },
    { code: '1', summary: 'a deployment failed, or an image or recipe is bad' },
    { code: '2', summary: 'usage' },
    { code: '3', summary: 'inventory or configuration' },
    { code: '4', summary: 'a node could not be reached or timed out' },
    { code: '130', summary: 'interrupted' },
  ],
  seeAlso: ['dsh(1)', 'nodes(1)', 'heorot(1)'],
};
