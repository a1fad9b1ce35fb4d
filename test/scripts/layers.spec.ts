import { join, resolve } from 'node:path';
import { RuleTester } from 'oxlint/plugins-dev';

interface Layers {
    layers: Parameters<RuleTester['run']>[1];
}

const root = resolve(__dirname, '../..');
const rules = require('../../scripts/lint/layers.mjs') as Layers;

/** One import as it would stand in a file of this project. */
function from(file: string, code: string) {
    return { filename: join(root, file), code };
}

RuleTester.describe = describe;
RuleTester.it = it;
const tester = new RuleTester({ languageOptions: { parserOptions: { lang: 'ts' } } });

describe('the layer rule', () => {
    tester.run('layers', rules.layers, {
        valid: [
            from('lib/core/events/engine.ts', "import { x } from '../status/status';"),
            from(
                'lib/flow/delivery/outbox.ts',
                "import { x } from '../../core/journal/journal'; import { y } from '../flow';",
            ),
            from('lib/protocols/snmp/driver.ts', "import { x } from '../../core/driver'; import snmp from 'net-snmp';"),
            from('lib/protocols/mail/queue.ts', "import { x } from './compose';"),
            from('lib/store/store.ts', "import { DatabaseSync } from 'node:sqlite';"),
            from(
                'nodes/jobs/ups-log.ts',
                "import type { NodeAPI } from 'node-red'; import { x } from '../../lib/store/a';",
            ),
            from('simulators/card/cli.ts', "import { x } from '../../lib/simulation/simulated-ups';"),
            from('packages/dashboard/ui/lib/a.ts', "import { x } from '../../../../lib/core/status/indicator';"),
            from('packages/dashboard/ui/lib/a.ts', "import type { x } from '../../../../lib/views';"),
            from('packages/dashboard/ui/pages/A.vue', "import x from '../lib/a'; import { y } from 'vue';"),
            from('packages/dashboard/nodes/shared/a.ts', "import type { x } from '../../../../lib/door';"),
            from('test/lib/a.spec.ts', "import { x } from '../../nodes/shared/runtime/flow-of';"),
        ],
        invalid: [
            {
                ...from('packages/dashboard/ui/lib/a.ts', "import { x } from '../../../../lib/views';"),
                errors: [{ messageId: 'layer' }],
            },
            {
                ...from('packages/dashboard/ui/pages/A.vue', "import x from '../../nodes/shared/feed';"),
                errors: [{ messageId: 'layer' }],
            },
            {
                ...from('packages/dashboard/nodes/a.ts', "import { x } from '../../../lib/core/clock';"),
                errors: [{ messageId: 'layer' }],
            },
            {
                ...from(
                    'packages/dashboard/nodes/a.ts',
                    "import type { x } from '../../../nodes/shared/runtime/flow-of';",
                ),
                errors: [{ messageId: 'layer' }],
            },
            { ...from('lib/core/a.ts', "import { x } from '../store/store';"), errors: [{ messageId: 'layer' }] },
            { ...from('lib/core/a.ts', "import { x } from '../flow/flow';"), errors: [{ messageId: 'layer' }] },
            { ...from('lib/flow/a.ts', "import { x } from '../store/store';"), errors: [{ messageId: 'layer' }] },
            {
                ...from('lib/flow/a.ts', "import type { x } from '../protocols/mail/queue';"),
                errors: [{ messageId: 'layer' }],
            },
            {
                ...from('lib/flow/a.ts', "import { EventEmitter } from 'node:events';"),
                errors: [{ messageId: 'builtin' }],
            },
            {
                ...from('lib/flow/a.ts', "import type { Node } from 'node-red';"),
                errors: [{ messageId: 'nodeRed' }],
            },
            {
                ...from('lib/core/a.ts', "import type { x } from '../protocols/mail/queue';"),
                errors: [{ messageId: 'layer' }],
            },
            {
                ...from('lib/core/a.ts', "export * from '../../nodes/shared/runtime/flow-of';"),
                errors: [{ messageId: 'layer' }],
            },
            { ...from('lib/core/a.ts', "import { readFileSync } from 'node:fs';"), errors: [{ messageId: 'builtin' }] },
            { ...from('lib/core/a.ts', "import { readFileSync } from 'fs';"), errors: [{ messageId: 'builtin' }] },
            { ...from('lib/core/a.ts', "import pLimit from 'p-limit';"), errors: [{ messageId: 'package' }] },
            { ...from('lib/core/a.ts', "let x: import('../store/store').Store;"), errors: [{ messageId: 'layer' }] },
            {
                ...from('lib/store/a.ts', "import { x } from '../protocols/mail/queue';"),
                errors: [{ messageId: 'layer' }],
            },
            {
                ...from('lib/store/a.ts', "import type { NodeAPI } from 'node-red';"),
                errors: [{ messageId: 'nodeRed' }],
            },
            {
                ...from('lib/store/a.ts', "const util = require('@node-red/util');"),
                errors: [{ messageId: 'nodeRed' }],
            },
            { ...from('lib/store/a.ts', "import x = require('node-red');"), errors: [{ messageId: 'nodeRed' }] },
            {
                ...from('lib/store/a.ts', "await import('../../simulators/mail-sink/mail-sink');"),
                errors: [{ messageId: 'layer' }],
            },
            { ...from('lib/index.ts', "export * from '../nodes/shared/flow-of';"), errors: [{ messageId: 'layer' }] },
            {
                ...from('nodes/jobs/a.ts', "import { x } from '../../simulators/card/card';"),
                errors: [{ messageId: 'layer' }],
            },
            {
                ...from('nodes/jobs/a.ts', "import { x } from '../../test/support/fake-clock';"),
                errors: [{ messageId: 'layer' }],
            },
        ],
    });
});
