import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXTENDED_ALARMS, WELL_KNOWN_ALARMS } from '../../lib/core/status/alarms';
import { checkMap, mapFaultText } from '../../lib/protocols/device-map/check-map';
import { COMMAND_KEYS } from '../../lib/protocols/device-map/device-map';
import { placesFaults } from '../../lib/protocols/device-map/places';
import { NUMBER_TARGETS, STATE_TARGETS, TARGET_UNITS, TEXT_TARGETS } from '../../lib/protocols/device-map/targets';
import { inEnglish } from '../support/in-english';

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'device-map.md'), 'utf8');

const listed = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');

/** What the page has to list, as it is written there. */
function lists(): string[] {
    const byUnit = new Map<string, string[]>();
    for (const [path, kind] of Object.entries(NUMBER_TARGETS)) {
        const { [kind]: unit } = TARGET_UNITS;
        byUnit.set(unit, [...(byUnit.get(unit) ?? []), path]);
    }
    return [
        ...[...byUnit].map(([unit, paths]) => `- ${unit === '' ? 'a count' : unit}: ${listed(paths)}`),
        ...Object.entries(STATE_TARGETS).map(([path, meanings]) => `- \`${path}\`: ${listed(meanings)}`),
        `- ${listed(TEXT_TARGETS)}`,
        `- ${listed([...WELL_KNOWN_ALARMS, ...EXTENDED_ALARMS])}`,
    ];
}

/** Blocks of JSON in the page. */
const examples = [...page.matchAll(/```json\n([^]*?)```/g)].map(([, text]) => JSON.parse(text!) as object);

describe('docs/device-map.md', () => {
    it('lists each path with its unit or its meanings, and each alarm, as the check knows them', () => {
        const lines = page.split('\n');
        assert.deepEqual(
            lists().filter((line) => !lines.includes(line)),
            [],
        );
    });

    it('lists each command', () => {
        assert.deepEqual(
            COMMAND_KEYS.filter((key) => !page.includes(`\`${key}\``)),
            [],
        );
    });

    it('begins with a map that ups-snmp takes as it is', () => {
        const { map, faults = [] } = checkMap(examples[0]);
        assert.deepEqual(
            faults.map((fault) => inEnglish(mapFaultText(fault))),
            [],
        );
        assert.deepEqual(placesFaults(map!, 'objects'), []);
    });
});
