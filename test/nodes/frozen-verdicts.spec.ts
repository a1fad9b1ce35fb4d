import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bringsTogether } from '../support/frozen/agreement';
import { Decided, type Difference } from '../support/frozen/decided';
import { factsOf, flat } from '../support/frozen/facts';
import { frozenFolder, frozenNodes, frozenVersions } from '../support/frozen/frozen-flows';
import { Judge, MISSING } from '../support/frozen/judge';
import { baseOf, meanAlike, SHIPPED, sidesOf, unpacked, type FrozenVerdicts } from '../support/frozen/verdicts';

/** So many differences are shown of a type. */
const MOST_SHOWN = 20;

/**
 * Of the node as it is shipped each value is judged; after each other choice one of each property and verdict, because hardly a setting depends on
 * which facility or map is chosen. `EVERY_VERDICT=1` judges all (90,000 of version 0.1.0, about a minute).
 */
const AFTER_A_CHOICE = process.env.EVERY_VERDICT ? Infinity : 1;

for (const version of frozenVersions) {
    describe(`what version ${version} said of a value`, () => {
        const decided = new Decided(version);
        const nodes = frozenNodes(version);
        const folder = join(frozenFolder(version), 'verdicts');
        // A later version may have more types.
        const types = readdirSync(folder).map((file) => basename(file, '.json'));
        const { stackTraceLimit } = Error;
        let judge: Judge;
        before(function () {
            this.timeout(60_000);
            judge = new Judge(nodes);
            // Refusals by the ten thousand, whose stacks nobody reads.
            Error.stackTraceLimit = 0;
        });
        after(() => {
            Error.stackTraceLimit = stackTraceLimit;
            judge?.destroy();
        });

        for (const type of types) {
            const read = () => JSON.parse(readFileSync(join(folder, `${type}.json`), 'utf8')) as FrozenVerdicts;

            it(`dialog and runtime still say of each property of ${type}, or it was decided otherwise`, async function () {
                this.timeout(400_000);
                const frozen = read();
                const differences: string[] = [];
                let count = 0;
                for (const [name, properties] of Object.entries(frozen.verdicts)) {
                    const base = baseOf(frozen, name);
                    for (const [property, group] of Object.entries(properties)) {
                        const judged = new Map<string, number>();
                        for (const [value, was] of unpacked(group)) {
                            const already = judged.get(was) ?? 0;
                            const isEnough = name !== SHIPPED && already >= AFTER_A_CHOICE;
                            if (isEnough && !decided.concerns(type, property, value, sidesOf(was))) continue;
                            judged.set(was, already + 1);
                            const now = await judge.verdict(base, property, value);
                            count++;
                            for (const side of ['dialog', 'runtime'] as const) {
                                const difference = {
                                    side,
                                    type,
                                    property,
                                    value,
                                    was: sidesOf(was)[side],
                                    now: sidesOf(now)[side],
                                };
                                if (meanAlike(difference.was, difference.now)) continue;
                                const judging = { property, value, counts: judge.counts(base, property) };
                                if (
                                    bringsTogether(side, sidesOf(was), sidesOf(now), judging) ||
                                    decided.allows(difference)
                                )
                                    continue;
                                differences.push(told(difference, name));
                            }
                        }
                    }
                }
                assert.ok(count > 100, `${count} verdicts`);
                const more = differences.length - MOST_SHOWN;
                const shown = differences.slice(0, MOST_SHOWN).join('\n') + (more > 0 ? `\n… and ${more} more` : '');
                assert.equal(shown, '');
            });

            it(`the palette and the canvas still show of ${type}, or it was decided otherwise`, () => {
                const shipped = nodes.filter((node) => node.type === type);
                const before = flat(read().facts);
                const today = flat(factsOf(judge.dialogs, type, shipped));
                assert.ok(before.size > 10, `${before.size} facts`);
                const changed = [...new Set([...before.keys(), ...today.keys()])].flatMap((property) => {
                    const [was, now] = [before.get(property) ?? MISSING, today.get(property) ?? MISSING];
                    // A version may have more settings than the one before.
                    const isNew = was === MISSING && /^(defaults|credentials)\./.test(property);
                    const difference = { side: 'facts' as const, type, property, value: '', was, now };
                    if (was === now || isNew || decided.allows(difference)) return [];
                    return [told(difference)];
                });
                assert.equal(changed.join('\n'), '');
            });
        }

        it('every decision is still needed', () => {
            assert.deepEqual(decided.unused('dialog', 'runtime', 'facts'), []);
        });
    });
}

function told({ side, type, property, value, was, now }: Difference, base?: string): string {
    const node = base === undefined ? '' : ` = ${value.slice(0, 100)} (${base})`;
    return `${side}: ${type}.${property}${node}: was ${was}, now ${now}`;
}
