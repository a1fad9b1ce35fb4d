import type { NodeAPI } from 'node-red';
import { BatterySource } from '../../../lib/core/batteries/battery-source';
import { assertSupported } from '../../../lib/core/commands/assert-supported';
import type { CommandResult, UpsCommand } from '../../../lib/core/driver';
import { UpsError } from '../../../lib/core/errors';
import type { Sentence } from '../../../lib/core/language/sentence';
import { servedBattery, type ServedBattery } from '../../../lib/core/served/served-battery';
import type { UpsUnit } from '../../../lib/core/unit/ups-unit';
import { isUnit } from '../../../lib/flow/supply';
import { carryOut } from '../api/carry-out';
import { commandOrder } from '../api/command-api';
import { resultOf } from '../config/unit-of';
import { flowOf, type SiteRuntime } from '../runtime/flow-of';

/** So long a command of a client is tried, ms. */
const PATIENCE_MS = 20_000;

/** A UPS that a server serves, and its site. */
export interface ServedMember {
    unit: UpsUnit;
    site: SiteRuntime | undefined;
}

/** The UPS by the id of its node, or else by its name; undefined: there is none, or several have the name. */
export function servedMember(RED: NodeAPI, ups: string): ServedMember | undefined {
    const { registry } = flowOf(RED);
    const known = registry.source(ups);
    const units = isUnit(known) ? [known] : registry.units().filter(({ name }) => name === ups);
    const [unit] = units;
    if (!unit || units.length > 1) return undefined;
    const member = registry.byId(unit.id);
    return { unit, site: member?.kind === 'unit' ? member.site : undefined };
}

/** As `servedMember`, of one server: hundreds of UPSs are not searched for a name at each request. */
export class ServedMembers {
    private readonly idByName = new Map<string, string>();

    constructor(private readonly RED: NodeAPI) {}

    of(ups: string): ServedMember | undefined {
        const before = servedMember(this.RED, this.idByName.get(ups) ?? ups);
        const isSame = before && (before.unit.id === ups || before.unit.name === ups);
        if (!isSame) this.idByName.delete(ups);
        const found = isSame ? before : servedMember(this.RED, ups);
        if (found) this.idByName.set(ups, found.unit.id);
        return found;
    }
}

/** Whether a UPS takes a command. */
export function canDo(unit: UpsUnit, command: UpsCommand): boolean {
    // An abort is always useful: if the UPS cannot abort, it may still report that nothing is pending.
    if (command.type === 'abort-shutdown') return true;
    try {
        assertSupported(unit, command);
        return true;
    } catch (error) {
        if (error instanceof UpsError) return false;
        throw error;
    }
}

/** The battery of many blocks by the id of its node, or else by its name; undefined: there is none, or several have the name. */
export function batteryOf(RED: NodeAPI, bacs: string): ServedBattery | undefined {
    const { registry } = flowOf(RED);
    const known = registry.source(bacs);
    const named =
        known instanceof BatterySource
            ? [known]
            : registry.sources().filter((each) => each instanceof BatterySource && each.name === bacs);
    return named.length === 1 ? servedBattery(named[0] as BatterySource) : undefined;
}

/**
 * Carries out a command of a client; the event log has who, what, and what came of it.
 * @param who for people
 * @throws UpsError; ApiError with the sentence of the failure
 */
export function carryOutFor(RED: NodeAPI, member: ServedMember, command: UpsCommand, who: string): Promise<object> {
    const { clock } = flowOf(RED);
    const patience = new AbortController();
    const timer = clock.setTimeout(() => patience.abort(), PATIENCE_MS);
    const done = carryOut(RED, { who }, commandOrder(RED, member, command, patience.signal));
    return done.finally(() => clock.clearTimeout(timer));
}

/** As `carryOutFor`, of a setting. @param what the sentence for it */
export function setFor(
    RED: NodeAPI,
    { unit, site }: ServedMember,
    command: UpsCommand & { type: 'set' },
    what: Sentence,
    who: string,
): Promise<object> {
    const run = async (): Promise<{ result: Sentence; detail: CommandResult }> => {
        const detail = await unit.execute(command);
        return { result: resultOf(detail), detail };
    };
    return carryOut(RED, { who }, { site, source: unit.name, nodeId: unit.id, what, run });
}
