import { deepStrictEqual, match, strictEqual, throws } from 'node:assert';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface ShippedFlows {
    provideFlows(shippedFolders: string[], userDir: string): string[];
}

const shippedFlows = require('../../scripts/lib/shipped-flows.mjs') as ShippedFlows;
const provideFlows = (shipped: string, userDir: string) => shippedFlows.provideFlows([shipped], userDir);

describe('the working copy of the shipped flows', () => {
    let folder: string;
    let shipped: string;
    let userDir: string;

    const ship = (file: string, ...nodes: object[]) => writeFileSync(join(shipped, file), JSON.stringify(nodes));
    const copy = () =>
        JSON.parse(readFileSync(join(userDir, 'flows.json'), 'utf8')) as { id: string; label?: string }[];
    const edit = () => writeFileSync(join(userDir, 'flows.json'), JSON.stringify([{ id: 'mine', type: 'tab' }]));

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), 'ridethrough-flows-'));
        shipped = join(folder, 'flows');
        userDir = join(folder, 'user');
        mkdirSync(shipped);
        ship('one.json', { id: 'a', type: 'tab', label: 'One' }, { id: 'site', type: 'ups-site', name: 'Here' });
    });

    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    it('is made at the first start, of all shipped flows, with what they share once', () => {
        ship(
            'one.json',
            { id: 'a', type: 'tab', label: 'One' },
            { id: 'site', type: 'ups-site', name: 'Here' },
            { id: 'ups', type: 'ups-unit', name: 'UPS 1', site: 'site' },
            { id: 'sim', type: 'ups-simulator', z: 'a', ups: 'ups' },
        );
        ship(
            'two.json',
            { id: 'b', type: 'tab', label: 'Two' },
            { id: 'unit-2', type: 'ups-unit', name: 'UPS 1', site: 'site-2' },
            { id: 'site-2', type: 'ups-site', name: 'Here' },
            { id: 'other', type: 'ups-unit', name: 'UPS 2', site: 'site-2' },
            { id: 'g', type: 'group', z: 'b', nodes: ['sim-2', 'button'] },
            { id: 'sim-2', type: 'ups-simulator', z: 'b', g: 'g', ups: 'unit-2' },
            { id: 'button', type: 'inject', z: 'b', g: 'g', wires: [['sim-2']] },
            { id: 'look', type: 'ups-status', z: 'b', ups: 'unit-2' },
            { id: 'sim-3', type: 'ups-simulator', z: 'b', ups: 'other' },
        );
        match(provideFlows(shipped, userDir).join(), /Copied/);
        deepStrictEqual(
            copy().map(({ id }) => id),
            ['a', 'site', 'ups', 'sim', 'b', 'other', 'look', 'sim-3'],
        );
        const named = Object.fromEntries(copy().map((node) => [node.id, node])) as Record<string, object>;
        deepStrictEqual(named.other, { id: 'other', type: 'ups-unit', name: 'UPS 2', site: 'site' });
        deepStrictEqual(named.look, { id: 'look', type: 'ups-status', z: 'b', ups: 'ups' });
    });

    it('asks a simulated supply once, that several of them start', () => {
        const supply = (letter: string) => [
            { id: `unit-${letter}`, type: 'ups-unit', name: 'DC supply' },
            { id: `g-${letter}`, type: 'group', z: letter, nodes: [`rmcu-${letter}`, `program-${letter}`] },
            {
                ...{ id: `rmcu-${letter}`, type: 'ups-duracomm', host: '127.0.0.1', port: 16161 },
                ...{ z: letter, g: `g-${letter}`, ups: `unit-${letter}` },
            },
            { id: `program-${letter}`, type: 'function', z: letter, g: `g-${letter}` },
        ];
        ship('one.json', { id: 'a', type: 'tab', label: 'One' }, ...supply('a'));
        ship('two.json', { id: 'b', type: 'tab', label: 'Two' }, ...supply('b'));
        provideFlows(shipped, userDir);
        deepStrictEqual(
            copy().map(({ id }) => id),
            ['a', 'unit-a', 'g-a', 'rmcu-a', 'program-a', 'b'],
        );
    });

    it('keeps apart what two flows mean differently', () => {
        ship('two.json', { id: 'site-2', type: 'ups-site', name: 'Elsewhere' });
        provideFlows(shipped, userDir);
        deepStrictEqual(
            copy().map(({ id }) => id),
            ['a', 'site', 'site-2'],
        );
    });

    it('refuses two flows that mean different things by one id', () => {
        ship('two.json', { id: 'site', type: 'ups-site', name: 'Elsewhere' });
        throws(() => provideFlows(shipped, userDir), /one\.json and two\.json both have a node site/);
        strictEqual(existsSync(join(userDir, 'flows.json')), false);
    });

    it('says nothing at a second start', () => {
        provideFlows(shipped, userDir);
        deepStrictEqual(provideFlows(shipped, userDir), []);
    });

    it('follows the shipped flows as long as nobody has edited it', () => {
        provideFlows(shipped, userDir);
        ship('one.json', { id: 'a', type: 'tab', label: 'Better' });
        match(provideFlows(shipped, userDir).join(), /up to date.*one\.json/);
        strictEqual(copy()[0]?.label, 'Better');
        deepStrictEqual(provideFlows(shipped, userDir), []);
    });

    it('is never touched once it was edited, and the user is told what has changed', () => {
        provideFlows(shipped, userDir);
        edit();
        deepStrictEqual(provideFlows(shipped, userDir), []);
        ship('one.json', { id: 'a', type: 'tab', label: 'Better' });
        match(provideFlows(shipped, userDir).join(), /have changed.*one\.json.*untouched/);
        strictEqual(copy()[0]?.id, 'mine');
    });

    it('leaves alone flows that it did not make', () => {
        mkdirSync(userDir);
        edit();
        deepStrictEqual(provideFlows(shipped, userDir), []);
        strictEqual(copy()[0]?.id, 'mine');
    });
});
