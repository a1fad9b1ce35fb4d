import assert from 'node:assert/strict';
import { noteSources, currentTopics } from '../../nodes/editor/wired-sources';
import { locate } from '../../nodes/sensors/marker-inputs';
import { FakeSource } from '../support/fake-source';

const at = (sourceId: string, eventId = 'power-fail') => ({ sourceId, eventId });

describe('what a topic of a marker means', () => {
    const [a, b, c] = [new FakeSource('a', 'U'), new FakeSource('b', 'U'), new FakeSource('c', 'U/on the roof')];

    it('the source that the dialog has noted, whatever it is called now', () => {
        assert.deepEqual(locate('Old name/power-fail', 'a/power-fail', [a, b], [a, b]), [at('a')]);
        assert.deepEqual(locate('U/power-fail', 'b/power-fail', [], [a, b]), [at('b')], 'it need not be wired');
    });

    it('of an older flow the source of that name, first among what is wired', () => {
        assert.deepEqual(locate('U/power-fail', undefined, [b], [a, b]), [at('b')]);
        assert.deepEqual(locate('U/power-fail', undefined, [], [a]), [at('a')]);
    });

    it('of a copied flow the copy that is wired, and not what the note still points at', () => {
        assert.deepEqual(locate('U/power-fail', 'a/power-fail', [b], [a, b]), [at('b')]);
    });

    it('several where the name does not tell, none where nobody has it', () => {
        assert.deepEqual(locate('U/power-fail', undefined, [], [a, b]), [at('a'), at('b')]);
        assert.deepEqual(locate('door', undefined, [], [a, b]), []);
    });

    it('of names that begin alike the longer one', () => {
        assert.deepEqual(locate('U/on the roof/power-fail', undefined, [], [a, c]), [at('c')]);
    });
});

describe('the dialog of a marker', () => {
    const keys = new Map([
        ['New name/on', 'a/on'],
        ['Door/on', 'b/on'],
    ]);

    it('shows what was chosen under its present name, and notes whose it is', () => {
        assert.equal(
            String(currentTopics(['Old name/on', 'door'], { 'Old name/on': 'a/on' }, keys)),
            'New name/on,door',
        );
        const noted = noteSources(['New name/on', 'door', 'Gone/on'], { 'Gone/on': 'c/on' }, keys);
        assert.equal(JSON.stringify(noted), JSON.stringify({ 'New name/on': 'a/on', 'Gone/on': 'c/on' }));
    });
});
