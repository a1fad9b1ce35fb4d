import assert from 'node:assert/strict';
import { installedAt, keptInventory, newlyReplaced, noteOf } from '../../../lib/core/batteries/inventory';
import { layoutOf } from '../../../lib/core/batteries/layout';
import { UpsError } from '../../../lib/core/errors';
import { inventoryCsv, readInventory } from '../../../lib/reports/battery-inventory-csv';
import { labelsHtml } from '../../../lib/reports/battery-labels';
import { ReportLanguage } from '../../../lib/reports';
import { wordsIn } from '../../../nodes/shared/words/site-words';
import { errorText } from '../../../nodes/shared/words/texts';
import { EVIL } from './outage-story';
import { processorMs } from '../../support/processor-time';

const NOW = Date.UTC(2026, 2, 20);
const inventory = {
    columns: ['Maker', 'Row; rack'],
    blocks: [null, { notes: ['FIAMM "12"', '=1+1'], replacedOn: '2026-03-14' }, { notes: ['', 'two\nlines'] }],
};

describe('the inventory of a battery', () => {
    it('comes back from its CSV as it was, also with quotes, formulas and line breaks', () => {
        const text = inventoryCsv(inventory, layoutOf(4, 2));
        assert.deepEqual(text.split('\r\n').slice(0, 3), [
            '\ufeffmodule,string,replaced on,Maker,Row; rack',
            '1,1,,,',
            `2,1,2026-03-14,"FIAMM ""12""",'=1+1`,
        ]);
        const back = readInventory(text, NOW);
        assert.deepEqual(back.columns, inventory.columns);
        assert.deepEqual(back.blocks[1], { notes: ['FIAMM "12"', '=1+1'], replacedOn: '2026-03-14' });
        assert.deepEqual(back.blocks[2], { notes: ['', 'two\nlines'] });
        assert.equal(back.blocks.length, 4);
    });

    it('takes what a German spreadsheet writes', () => {
        const { columns, blocks } = readInventory('Module;Replaced on;Notiz\n3;14.3.2026;links, oben\n\n;;\n', NOW);
        assert.deepEqual(columns, ['Notiz']);
        assert.deepEqual(blocks, [null, null, { notes: ['links, oben'], replacedOn: '2026-03-14' }]);
    });

    const refusals: [text: string, says: RegExp][] = [
        ['', /it is empty/],
        ['module,Maker\n', /it is empty/],
        ['Maker,Row\n1,2\n', /line 1: the first line must name the columns, one of them "module"/],
        ['module,a,b,c,d,e,f\n', /line 1, column "f": there are at most 5 columns of notes/],
        ['module,a,A\n', /line 1, column "A": two columns have this name/],
        ['module,a\n1,x\n0,y\n', /line 3, column "module": a module is a whole number from 1 to 512, not "0"/],
        ['module,a\n1,x\n1,y\n', /line 3, column "module": module 1 is there twice/],
        ['module,replaced on\n1,2026-02-30\n', /line 2, column "replaced on": "2026-02-30" is no day of the past/],
        ['module,replaced on\n1,2026-04-01\n', /line 2, column "replaced on": "2026-04-01" is no day of the past/],
        ['module,a\n1,"two\nlines"\n2,b,c\n', /line 4, column "3": the first line has no column for this cell/],
        [`module,a\n1,${'x'.repeat(201)}\n`, /line 2, column "a": a text has at most 200 characters/],
        ['module,a\n1,"x\n2,y\n', /line 2: a cell begins with a quotation mark that is never closed/],
    ];
    it('is refused at once, however long the file is', () => {
        const huge = [
            '1\n'.repeat(1_000_000),
            `module,a\n${'\n'.repeat(1_000_000)}`,
            `module\n1,"${'""'.repeat(500_000)}`,
        ];
        huge.push('module\n'.repeat(10_000_000));
        huge.push('a'.repeat(1_000_000), `module,a\n${'"'.repeat(1_000_000)}`, ';'.repeat(1_000_000));
        for (const text of huge) {
            let failure: unknown;
            const took = processorMs(() => {
                try {
                    readInventory(text, NOW);
                } catch (error) {
                    failure = error;
                }
            });
            assert.ok(
                failure instanceof UpsError && errorText(wordsIn('en-US'), failure).length < 1000,
                text.slice(0, 20),
            );
            assert.ok(took < 400, `${took} ms: ${text.slice(0, 20)}`);
        }
    });

    it('of 512 blocks with the longest notes comes back', () => {
        const blocks = Array.from({ length: 512 }, () => ({ notes: new Array<string>(5).fill('"'.repeat(200)) }));
        const text = inventoryCsv({ columns: ['a', 'b', 'c', 'd', 'e'], blocks }, layoutOf(512, 16));
        assert.deepEqual(readInventory(text, NOW).blocks, blocks);
    });

    for (const [text, says] of refusals)
        it(`says where a file is wrong: ${JSON.stringify(text.slice(0, 40))}`, () => {
            assert.throws(
                () => readInventory(text, NOW),
                (error: unknown) => error instanceof UpsError && says.test(errorText(wordsIn('en-US'), error)),
            );
        });

    it('says when a block was put in, its notes, and which are newly replaced', () => {
        const battery = Date.UTC(2025, 5, 1);
        assert.equal(installedAt(inventory, 1, battery), battery);
        assert.equal(installedAt(inventory, 2, battery), Date.UTC(2026, 2, 14));
        assert.equal(installedAt(inventory, 2, NOW), NOW, 'the whole battery was exchanged after that');
        assert.equal(installedAt(inventory, 1, undefined), undefined);
        assert.equal(noteOf(inventory, 2), 'Maker: FIAMM "12" · Row; rack: =1+1');
        assert.equal(noteOf(inventory, 1), undefined);
        assert.deepEqual(newlyReplaced({ columns: [], blocks: [] }, inventory), [2]);
        assert.deepEqual(newlyReplaced(inventory, inventory), []);
    });

    it('that was damaged in a journal leaves out what is unusable', () => {
        assert.deepEqual(keptInventory('x'), { columns: [], blocks: [] });
        const kept = keptInventory({ columns: [1, 'a'], blocks: [7, { notes: 'x', replacedOn: '2026-13-01' }] });
        assert.deepEqual(kept, { columns: ['', 'a'], blocks: [null, { notes: [] }] });
    });

    it('gives labels to print: one for each block, which run and load nothing', () => {
        const language = new ReportLanguage(wordsIn('de'), 'Europe/Berlin');
        const layout = layoutOf(4, 2);
        const plan = { battery: EVIL, layout, inventory, names: { strings: ['A', EVIL] } };
        const page = labelsHtml({ ...plan, installedAt: Date.UTC(2025, 5, 1) }, language);
        assert.equal(page.match(/<li>/g)!.length, 4);
        assert.match(page, /<li><b>2<\/b>.*Strang 1 · A.*eingebaut am 2026-03-14/);
        assert.match(page, /<li><b>1<\/b>.*eingebaut am 2025-06-01/);
        assert.doesNotMatch(page, /<script|<img/i);
        const one = labelsHtml({ ...plan, only: new Set([3]) }, language);
        assert.deepEqual(one.match(/<b>\d+<\/b>/g), ['<b>3</b>']);
    });
});
