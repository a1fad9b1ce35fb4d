import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Decided } from '../support/frozen/decided';
import { frozenFolder, frozenVersions } from '../support/frozen/frozen-flows';
import { requireBrowser } from '../support/peers';
import { rowsOfDialogs } from './support/dialog-rows';
import type { DialogTray, Rows } from './support/dialog-tray';
import { NodeRedProcess } from './support/node-red-process';

/** The dialogs of the nodes in the frozen flows; with `EVERY_DIALOG=1` also that of each new node, a minute more. */
const isWanted = (name: string) => process.env.EVERY_DIALOG !== undefined || !name.endsWith('.new');

const version = frozenVersions.at(-1)!;

/** A row by its setting; the ids of what is in it have changed since. */
const RENAMED: Readonly<Record<string, string>> = { sources: 'topics' };
const settingOf = (row: string) => {
    const plain = row.replace(/-(box|list|label)$/, '');
    return RENAMED[plain] ?? plain;
};
/** Without the fields within a widget, which have no setting of their own, and without what a new schedule shows on some days of the month. */
const settingsOf = (rows: readonly string[]) =>
    rows
        .map((row) =>
            row.replace(
                /^([+-] )?(.*)$/,
                (_, sign: string | undefined, name: string) => (sign ?? '') + settingOf(name),
            ),
        )
        .filter((row) => !/^([+-] )?(monthEnd)?$/.test(row));
/** The levels of a threshold had no row around their fields. */
const whole = (rows: readonly string[]) =>
    settingsOf(rows)
        .filter((row) => !/^(warning|alarm)$/.test(row))
        .join();

describe(`the rows of the dialogs of version ${version}`, function () {
    this.timeout(600_000);
    const frozen = JSON.parse(readFileSync(join(frozenFolder(version), 'rows.json'), 'utf8')) as Record<string, Rows>;
    const decided = new Decided(version);
    let today: Record<string, Rows>;
    const labels: Record<string, Awaited<ReturnType<DialogTray['labels']>>> = {};
    before(async function () {
        const look = async (name: string, tray: DialogTray) => {
            labels[name] = await tray.labels();
        };
        today = await rowsOfDialogs(requireBrowser(this), undefined, look, isWanted);
    });
    after(() => NodeRedProcess.killAll());

    for (const [name, { shown, choices }] of Object.entries(frozen).filter(([each]) => isWanted(each))) {
        it(`of ${name} are shown, and come and go with each choice, as before`, () => {
            const now = today[name];
            assert.ok(now, 'it was not opened');
            assert.ok(shown.length > 1, 'rows');
            const [type = ''] = name.split('.');
            const states = [...new Set([...Object.keys(choices), ...Object.keys(now.choices)])];
            const differences = [
                { property: 'shown', was: whole(shown), now: whole(now.shown) },
                ...states.map((state) => ({
                    property: state,
                    was: settingsOf(choices[state] ?? [])
                        .toSorted()
                        .join(),
                    now: settingsOf(now.choices[state] ?? [])
                        .toSorted()
                        .join(),
                })),
            ].filter(({ was, now: is }) => was !== is);
            const left = differences.filter((each) => !decided.allows({ side: 'rows', type, value: '', ...each }));
            assert.deepEqual(left, []);
        });
    }

    it('have a label that leads to the field, or names its fields, for who cannot see them', () => {
        const nameless = Object.entries(labels).map(([name, found]) => [name, found.nameless] as const);
        assert.ok(nameless.length > 35);
        assert.deepEqual(
            nameless.filter(([, found]) => found.length > 0),
            [],
        );
        const site = labels['ups-site']!.words;
        const words = [site.language, site.dryRun, site.directory, site.dataLogSeconds];
        assert.deepEqual(words, ['Language', 'Jobs are', 'Directory', 'Data log every']);
        assert.deepEqual([labels['ups-ssh']!.words.hosts, labels['ups-event']!.words.events], ['Hosts', 'Events']);
    });

    it('every decision is still needed', () => {
        assert.deepEqual(decided.unused('rows'), []);
    });
});
