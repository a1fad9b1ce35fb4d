import assert from 'node:assert/strict';
import type { NodeAPI, NodeDef } from 'node-red';
import type { Words } from '../../../lib/core/language/words';
import { declaredNodes } from '../../../nodes/declared-nodes';
import { jobLabel } from '../../../nodes/shared/job/job-label';
import { wordsIn } from '../../../nodes/shared/words/site-words';

const declarationOf = (wanted: string) => declaredNodes().find(({ type }) => type === wanted)!;

/** Words, and how often they were looked up. */
function counted(language: string): { words: Words; count: () => number } {
    const words = wordsIn(language);
    let looked = 0;
    const say: Words['say'] = (key, data) => {
        looked++;
        return words.say(key, data);
    };
    return { words: { say } as Words, count: () => looked };
}

describe('the label of a job without a name', () => {
    const names = new Map([['ups1', 'Rack A']]);
    const RED = {
        nodes: { getNode: (id: string) => ({ name: names.get(id) }) },
    } as unknown as NodeAPI;

    it('is made once in each language', () => {
        const config = {
            id: 'n',
            type: 'ups-rccmd',
            name: '',
            action: 'shutdown',
            hosts: 'a, b',
        } as unknown as NodeDef;
        const label = jobLabel(RED, config, declarationOf('ups-rccmd'));
        const [english, german] = [counted('en-US'), counted('de')];
        assert.notEqual(label(english.words), label(german.words));
        const before = [english.count(), german.count()];
        assert.equal(label(english.words), label(english.words));
        assert.match(label(german.words), /2/);
        assert.deepEqual([english.count(), german.count()], before);
    });

    it('follows the name of another node that is in it', () => {
        const config = { id: 'n', type: 'ups-test', name: '', ups: 'ups1', test: 'quick' } as unknown as NodeDef;
        const label = jobLabel(RED, config, declarationOf('ups-test'));
        const { words } = counted('en-US');
        assert.match(label(words), /Rack A/);
        names.set('ups1', 'Rack B');
        assert.match(label(words), /Rack B/);
    });
});
