import assert from 'node:assert/strict';
import { UpsError, type UpsErrorCode } from '../../../lib/core/errors';
import { sentenceOf } from '../../../lib/core/errors';
import { said, type SentenceData } from '../../../lib/core/language/sentence';
import { programFailed } from '../../../lib/protocols/shared/program-failed';
import { faultError, invalid, missing, readSettings } from '../../../lib/core/settings';
import { declaredNodes } from '../../../nodes/declared-nodes';
import { settings as nut } from '../../../nodes/devices/ups-nut.settings';
import { wordsIn } from '../../../nodes/shared/words/site-words';
import { errorText } from '../../../nodes/shared/words/texts';

const english = wordsIn('en-US');
const german = wordsIn('de');

/** What a node says at the deploy. */
function fault(read: () => unknown): unknown {
    try {
        read();
    } catch (error) {
        return error;
    }
    return assert.fail('no fault');
}

describe('the text of a fault in the settings', () => {
    it('names the setting as the dialog does, in the language of the text', () => {
        const wrong = fault(() => readSettings(nut, { ups: 'u', host: 'a', upsName: 'x', interval: -1 }));
        assert.match(errorText(english, wrong), /^"Every" is set to "-1"/);
        assert.match(errorText(german, wrong), /^„Alle“ steht auf „-1“/);
        assert.equal((wrong as UpsError).data.property, 'interval');
    });

    for (const declaration of declaredNodes()) {
        it(`has a label for each setting of ${declaration.type}`, () => {
            for (const [property, { kind }] of Object.entries(declaration.fields)) {
                if (kind === 'stored') continue;
                for (const each of [missing(), invalid('text', 'x')]) {
                    const error = faultError({ ...each, property }, declaration);
                    const [said, gesagt] = [english, german].map((words) => errorText(words, error));
                    for (const text of [said!, gesagt!]) {
                        assert.doesNotMatch(text, new RegExp(`["„]${property}["“]`), `${property}: ${text}`);
                        assert.doesNotMatch(text, /\.label\./);
                    }
                }
            }
        });
    }

    it('asks for no deploy: the sender of a message reads it too, and who tries a dialog', () => {
        const told = (code: UpsErrorCode, data: SentenceData, words = english) =>
            errorText(words, new UpsError(code, data));
        const of = { property: 'host', value: 'x', expected: 'y', min: 20, max: 24 };
        for (const words of [english, german])
            for (const code of ['config-missing', 'config-invalid', 'out-of-range'] as const)
                assert.doesNotMatch(told(code, of, words), /deploy|übernehmen/);
        assert.equal(
            told('out-of-range', { ...of, property: 'a', value: '' }),
            '"a" is ""; choose a value from 20 to 24.',
        );
    });

    it('sends nobody to a shell for what a device refuses, and does for a program', () => {
        const refused = new UpsError('command-failed', { command: 'latch-reset', reason: said('duramax.notLatched') });
        assert.equal(errorText(english, refused), '"latch-reset" failed: nothing is latched.');
        assert.match(errorText(english, programFailed('aplay', 'ENOENT')), /^"aplay" failed: .*by hand/);
        assert.match(errorText(german, programFailed('aplay', 'ENOENT')), /^„aplay“ .*von Hand/i);
    });

    it('does so for what is found out later, if the type of the node is known', () => {
        const error = new UpsError('config-missing', { property: 'hosts' });
        assert.match(errorText(english, error, 'ups-wol'), /^Fill in "Hosts" /);
        assert.match(errorText(german, error, 'ups-wol'), /„Rechner“/);
        assert.match(errorText(english, new UpsError('config-missing', { property: 'site' }), 'ups-log'), /"Site"/);
    });

    it('names the property where there is no label', () => {
        const error = new UpsError('config-invalid', { property: 'payload', value: '1', expected: 'read' });
        assert.match(errorText(english, error, 'ups-settings'), /^"payload" is set to "1"/);
        assert.match(errorText(english, error), /^"payload"/);
    });

    it('does so within another sentence', () => {
        const { code, data } = faultError(
            { ...missing(), property: 'hosts' },
            declaredNodes().find(({ type }) => type === 'ups-wol')!,
        );
        assert.match(english.sentence(sentenceOf(code, data)), /^Fill in "Hosts" /);
    });
});
