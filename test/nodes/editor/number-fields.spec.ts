import assert from 'node:assert/strict';
import { htmlOf, nodes, read } from './contract';
import { Dialogs } from './dialogs';

describe('a number field of a dialog', () => {
    const dialogs = new Dialogs();

    for (const [type] of nodes) {
        it(`of ${type} takes its default and whole numbers, as the browser sees it`, () => {
            const { defaults } = dialogs.of(type);
            for (const [field] of read(htmlOf(type)).matchAll(/<input\b[^>]*type="number"[^>]*>/g)) {
                const [, property = ''] = /id="node-(?:config-)?input-(\w+)"/.exec(field) ?? [];
                const step = Number(/step="([\d.]+)"/.exec(field)?.[1] ?? (/step="any"/.test(field) ? 0 : 1));
                if (step === 0) continue;
                // The browser counts its steps from the smallest number: from 0.01 on, 60 is between two.
                const least = Number(/min="([\d.]+)"/.exec(field)?.[1] ?? 0);
                for (const value of [defaults[property]?.value, 60].filter((each) => each !== '' && each != null))
                    assert.equal(Math.abs(Number(value) - least) % step, 0, `${property}: ${String(value)}`);
            }
        });
    }
});
