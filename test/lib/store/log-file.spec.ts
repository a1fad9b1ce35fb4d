import assert from 'node:assert/strict';
import type { Store } from '../../../lib/store';
import { textOf } from '../../../lib/store/csv';
import { logFile } from '../../../lib/store/log-file';
import { Bench, logEntry } from './support';

describe('store: a file of the log in pieces', () => {
    let bench: Bench;
    let store: Store;
    beforeEach(() => {
        bench = new Bench();
        store = bench.open();
    });
    afterEach(() => bench.dispose());

    const pieces = async (format: 'csv' | 'json', range = { from: 1000, to: 5000 }) => {
        const all: string[] = [];
        for await (const piece of logFile(store, range, format)) all.push(piece);
        return all;
    };
    /** Many entries of the same time: a page ends among them. */
    const fill = () =>
        store.transaction(() => {
            for (let n = 0; n < 1200; n++)
                store.append(logEntry(`entry ${n}`, { at: 500 + Math.floor(n / 400) * 1000, detail: { n } }));
            store.append(logEntry('too late', { at: 5001 }));
        });

    it('is what is exported in one', async () => {
        fill();
        const range = { from: 1000, to: 5000 };
        const csv = await pieces('csv');
        assert.equal(csv.join(''), store.logCsv(range));
        assert.equal(csv.length, 9, 'a header, and pages of 100');
        assert.equal((await pieces('json')).join(''), textOf(await store.exportLogJson(range)));
        assert.equal(JSON.parse((await pieces('json')).join('')).length, 800);
    });

    it('of no entries is a header, or an empty list', async () => {
        assert.equal((await pieces('csv')).join(''), store.logCsv());
        assert.deepEqual(JSON.parse((await pieces('json')).join('')), []);
    });

    it('has each entry once, and none that is written meanwhile, also where the clock was set back', async () => {
        fill();
        const file = logFile(store, { from: 0, to: 5000 }, 'json');
        let text = '';
        for await (const piece of file) {
            text += piece;
            store.append(logEntry('meanwhile', { at: 4000 }));
        }
        const told = JSON.parse(text) as { text: string }[];
        assert.equal(told.length, 1200);
        assert.equal(new Set(told.map((each) => each.text)).size, 1200);
    });
});
