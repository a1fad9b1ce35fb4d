import { deepStrictEqual, match, strictEqual, throws } from 'node:assert';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface ShippedFlows {
    provideFlows(shippedFolder: string, userDir: string): string[];
}

const { provideFlows } = require('../../scripts/lib/shipped-flows.mjs') as ShippedFlows;

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
        ship('two.json', { id: 'b', type: 'tab', label: 'Two' }, { id: 'site', type: 'ups-site', name: 'Here' });
        match(provideFlows(shipped, userDir).join(), /Copied/);
        deepStrictEqual(
            copy().map(({ id }) => id),
            ['a', 'site', 'b'],
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
