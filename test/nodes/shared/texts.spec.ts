import assert from 'node:assert/strict';
import type { NodeAPI } from 'node-red';
import { UpsError } from '../../../lib/core/errors';
import { processWords } from '../../../nodes/shared/words/site-words';
import { errorText, statusText } from '../../../nodes/shared/words/texts';
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

describe('a text of the shared set', () => {
    const key = '@ridethrough/node-red-ups/ups-unit:ups-unit.status.ok';

    it('is looked up once, by each translation for itself', () => {
        const asked: string[] = [];
        const speaks = (text: string) => ({ _: (wanted: string) => (asked.push(wanted), text) }) as unknown as NodeAPI;
        const [english, german] = [speaks('OK'), speaks('in Ordnung')];
        for (let round = 0; round < 3; round++) {
            assert.equal(statusText(english, 'ok'), 'OK');
            assert.equal(statusText(german, 'ok'), 'in Ordnung');
        }
        assert.deepEqual(asked, [key, key]);
    });

    it('is looked up again as long as it is not there, and for other data', () => {
        const texts = new Map<string, string>();
        const RED = {
            _: (wanted: string, { count }: { count?: number }) =>
                texts.get(wanted)?.replace('__count__', String(count)) ?? wanted,
        } as unknown as NodeAPI;
        assert.equal(statusText(RED, 'ok'), 'ok');
        texts.set(key, 'OK');
        assert.equal(statusText(RED, 'ok'), 'OK');
        texts.set(key.replace(/ok$/, 'alarms'), '__count__ alarms');
        assert.equal(statusText(RED, 'alarms', { count: 2 }), '2 alarms');
        assert.equal(statusText(RED, 'alarms', { count: 3 }), '3 alarms');
    });
});

describe('the language of Node-RED', () => {
    it('is asked for until it is known, and not again', () => {
        const answers = ['ups-unit.language', 'de'];
        let asked = 0;
        const RED = { _: () => answers[asked++] } as unknown as NodeAPI;
        const languages = Array.from({ length: 4 }, () => processWords(RED).language);
        assert.deepEqual(languages, ['en-US', 'de', 'de', 'de']);
        assert.equal(asked, 2);
    });
});
