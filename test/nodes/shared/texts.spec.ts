import assert from 'node:assert/strict';
import type { NodeAPI } from 'node-red';
import { UpsError } from '../../../lib/core/errors';
import { errorText } from '../../../nodes/shared/words/texts';
import { LANGUAGES, catalogue, leaves } from '../editor/contract';

describe('the sentence for a failure', () => {
    for (const language of LANGUAGES) {
        const texts = leaves(catalogue(language, 'ups-unit'));
        const RED = {
            _: (key: string, data: Record<string, unknown>) =>
                (texts.get(key.replace(/^.*:/, 'ups-unit.').replace('ups-unit.ups-unit.', 'ups-unit.')) ?? key).replace(
                    /__(\w+)__/g,
                    (_, name: string) => String(data[name]),
                ),
        } as unknown as NodeAPI;

        it(`tells a time as people read it (${language})`, () => {
            const skew = errorText(RED, new UpsError('clock-skew', { host: 'nas', seconds: -6296 }));
            assert.match(skew, /nas .*1 h 45 min/);
            const gate = errorText(RED, new UpsError('gate-not-open', { ups: 'A', seconds: 3600, missing: 'x' }));
            assert.match(gate, /\b1 h \(x\)/);
        });
    }
});
