import assert from 'node:assert/strict';
import { reasonFor, UpsError } from '../../../../lib/core/errors';
import { eachText, inRow, said, SentenceError, failureText } from '../../../../lib/core/language/sentence';
import { Words, type Texts } from '../../../../lib/core/language/words';
import { languages, wordsIn } from '../../../../nodes/shared/words/site-words';

const texts = (language: string, own: object): Texts => ({ language, catalogue: () => ({ own }) });
const english = texts('en-US', {
    host_one: '__count__ host',
    host_other: '__count__ hosts',
    old: 'a thing',
    old_plural: '__count__ things',
    only: 'only here',
    value: '__a__, __b__',
});
const german = new Words(texts('de', { host_one: '__count__ Rechner', value: '__a__; __b__', only: '' }), english);
const words = new Words(english, english);

describe('Words', () => {
    it('take the form of a count, also where it is called plural', () => {
        assert.deepEqual(
            [1, 2, 0].map((count) => words.say('own.host', { count })),
            ['1 host', '2 hosts', '0 hosts'],
        );
        assert.deepEqual(
            [1, 2].map((count) => words.say('own.old', { count })),
            ['a thing', '2 things'],
        );
    });

    it('ask the fallback key by key, for empty texts too, and leave a key that nobody has as it is', () => {
        assert.equal(german.say('own.only'), 'only here');
        assert.equal(german.say('own.host', { count: 2 }), '2 hosts');
        assert.equal(german.say('own.none'), 'own.none');
    });

    it('write numbers, lists and sentences in sentences as the language does', () => {
        assert.equal(german.say('own.value', { a: 0.5, b: { list: ['x', 'y', 'z'] } }), '0,5; x, y und z');
        assert.equal(words.say('own.value', { a: 65535, b: { list: ['x', 'y', 'z'] } }), '65535, x, y, and z');
        assert.equal(german.text({ list: [{ key: 'own.host', data: { count: 1 } }, 'b'], by: ': ' }), '1 Rechner: b');
    });

    it('write dates and durations', () => {
        const date = new Date(2026, 10, 29, 16, 5, 0).getTime();
        assert.equal(wordsIn('de').text({ date }), '29.11.26, 16:05:00');
        assert.match(wordsIn('en-US').text({ date }), /^11\/29\/26, 4:05:00\sPM$/);
        assert.equal(wordsIn('de').text({ seconds: 90 }), '1 min 30 s');
        assert.equal(wordsIn('de').text({ seconds: 0.5 }), '0,5 s');
        assert.equal(wordsIn('en-US').text({ seconds: 12.7 }), '13 s');
    });

    it('join several sentences, and are changed in each text that stands in them', () => {
        const row = inRow([said('delta.accepted', { answer: 'SDA60 secret' }), 'secret']);
        assert.equal(inRow(['one']), 'one');
        const hidden = eachText(row, (text) => text.replace('secret', '***'));
        assert.equal(wordsIn('en-US').text(hidden), 'accepted by the UPS (SDA60 ***); ***');
        assert.equal(wordsIn('de').text(hidden), 'von der USV angenommen (SDA60 ***); ***');
    });

    it('take a failure of ours whole where it stands in another', () => {
        const silent = reasonFor(new UpsError('device-silent', { host: 'card' }));
        assert.match(wordsIn('de').text(silent), /^card antwortet nicht/);
        assert.equal(reasonFor(new UpsError('device-refused', { host: 'card', reason: 'noAccess' })), 'noAccess');
        assert.deepEqual(failureText(new SentenceError(said('closed'))), said('closed'));
    });

    it('stand whatever a flow has put in place of a value', () => {
        for (const value of [[], {}, ['word'], { word: 1 }, { list: 'no list' }, { seconds: 'x' }]) {
            const { data } = new UpsError('config-invalid', { property: 'mode', value: value as never });
            assert.equal(data.value, JSON.stringify(value));
            assert.equal(wordsIn('de').text(data.value), JSON.stringify(value));
        }
    });

    it('are there for each folder of locales, and say what lib says in each', () => {
        assert.deepEqual(languages(), ['de', 'en-US']);
        assert.equal(wordsIn('en-US').sentence(said('noAnswerInTime')), 'no answer in time');
        assert.equal(wordsIn('de').sentence(said('noAnswerInTime')), 'keine Antwort in der Zeit');
        assert.equal(wordsIn('xx').language, 'en-US');
    });
});
