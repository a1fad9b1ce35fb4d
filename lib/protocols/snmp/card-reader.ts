import { AlarmWalk } from './alarm-walk';
import { MOST_ALARMS } from './alarms';
import { GENEREX_ENVIRONMENT } from './generex-oids';
import {
    ALARM_COLUMN,
    FAST_SCALARS,
    SCALARS,
    SLOW_SCALARS,
    SYS_OBJECT_ID,
    SYS_UP_TIME,
    TABLES,
    UPS_MIB,
    type ScalarName,
} from './oids';
import { ObjectReader, type AgentLimits } from './object-reader';
import { SlowRound } from './slow-round';
import { MAX_ROWS, type TableShape } from './tables';
import type { SnmpTransport, SnmpValue, SnmpVarbind } from './transport';
import { rawNumber } from './values';

/** In v1 each missing object costs a round trip to find out again; a card that has just started lacks much. */
const V1_FORGET_ROUNDS = 10;
const FIRST_ROUNDS = 12;
/** A walk that fails sits out twice as many polls each time, at most so many. */
const LONGEST_ALARM_REST = 30;
/** Of the first round: more are silence. */
const MOST_FAILED_STEPS = 4;
const LONGEST_NEXT_REST = 60;
/** Phases that a UPS may have. */
const USUAL_ROWS = 3;
/** A row that is gone is asked for so many rounds more. */
const ROUNDS_WITHOUT_ROW = 5;
/** Rounds after which an agent that was found wanting is asked in full again, the first time and at most. */
const RETRY_ROUNDS = 10;
const LONGEST_RETRY = 640;
const GENEREX_ENTERPRISE = '1.3.6.1.4.1.1356';
const GENEREX_AGENT = /\b(CS1[0-9]1|BACS)\b/i;

const oidsOf = (names: readonly ScalarName[]): string[] => names.map((name) => SCALARS[name]);
/** With the time that the agent runs: what it counts begins anew when it restarts. */
const FAST = [...oidsOf(FAST_SCALARS), SYS_UP_TIME];
const SLOW = oidsOf(SLOW_SCALARS);
const TEST = oidsOf(['upsTestResultsDetail', 'upsTestStartTime']);
/** On every card, and a single object: tells whether anybody answers before anything is asked that may be too much. */
const PROBE = [SYS_OBJECT_ID];
/** The bypass is read once a minute: nothing is decided on it. */
const FAST_TABLES: readonly TableShape[] = [TABLES.input, TABLES.output];
/** Objects of one step of the slow round: polls come between, also with a card that takes one object at a time. */
const STEP = 12;

/** JSON: what was learned of the agent, for the next process. */
export interface AgentMemory {
    limits?: AgentLimits;
    withoutBulk?: boolean;
    /** Its alarm table has rows that upsAlarmsPresent does not count. */
    countsTooFew?: boolean;
}

/**
 * Everything last read from one card, by OID of the instance, and the order in which it is asked for: what decides at every
 * poll in as few PDUs as the card takes, the rest step by step in between. A part that fails never spoils what was read before it.
 */
export class CardReader {
    readonly values = new Map<string, SnmpValue>();
    /** The alarm table had rows once; told apart from "no table" where upsAlarmsPresent is missing. */
    hasAlarmTable = false;
    /** When what decides was read in this poll, epoch ms; undefined before. */
    decisiveAt?: number;
    /** The alarms of this poll are in `values`. */
    alarmsRead = false;

    private readonly reader: ObjectReader;
    private readonly walk: AlarmWalk;
    private readonly slow: SlowRound;
    /** Cells of the tables that are asked for at each poll, and the round in which each was last seen. */
    private readonly instances = new Map<string, number>();
    private discovered = false;
    private alarmsSeen: number | undefined;
    private countsTooFew = false;
    /** GETNEXT for tables was not answered so often in a row, and is left alone for so many rounds. */
    private nextFailures = 0;
    private nextRest = 0;
    private alarmFailures = 0;
    private alarmRest = 0;
    private rounds = 0;
    private retryAt = RETRY_ROUNDS;
    private retryAfter = RETRY_ROUNDS;

    /**
     * @param now epoch ms
     * @param onDecisive what decides has just been read
     */
    constructor(
        private readonly transport: SnmpTransport,
        private readonly now: () => number,
        private readonly onDecisive: () => void,
    ) {
        this.reader = new ObjectReader(transport);
        this.walk = new AlarmWalk(transport, this.reader);
        this.slow = new SlowRound([
            () => this.readIdentity(),
            ...slices(SLOW, STEP).map((oids) => () => this.reader.read(oids, this.values, 'texts')),
            ...Object.values(TABLES).map((table) => () => this.readShape(table)),
            () => this.readEnvironment(),
            () => this.lookForAlarms(),
            () => this.retryInFull(),
        ]);
    }

    /** Whether the card's shape is known, so that a short poll gives a whole reading. */
    get known(): boolean {
        return this.discovered;
    }

    /** JSON; undefined while there is nothing to know. */
    get memory(): AgentMemory | undefined {
        const memory: AgentMemory = {
            ...(this.reader.limits && { limits: this.reader.limits }),
            ...(this.walk.withoutBulk && { withoutBulk: true }),
            ...(this.countsTooFew && { countsTooFew: true }),
        };
        return Object.keys(memory).length > 0 ? memory : undefined;
    }

    /** Whether the card was asked for this object, and does not have it. */
    lacks(oid: string): boolean {
        return this.reader.lacks(oid);
    }

    /** Something was missed that should not take a minute to mend: a lost packet, or a card that is still starting. */
    get impatient(): boolean {
        return (
            this.slow.impatient ||
            this.nextFailures === 1 ||
            (this.rounds < FIRST_ROUNDS && (this.instances.size === 0 || this.lacks(SCALARS.upsOutputSource)))
        );
    }

    /**
     * What the card is and has. What decides comes first; a card that drops one of the slow requests is read without the rest,
     * which the slow rounds go on trying for.
     * @param memory what a former process learned of it
     * @throws SnmpError
     */
    async discover(memory: AgentMemory = {}): Promise<void> {
        this.begin(memory);
        await this.reader.read(PROBE, this.values);
        await this.readDecisive(FAST);
        // Nothing of a UPS: an agent that is still starting, or none. It is asked again at the next poll, and teaches nothing.
        if (!oidsOf(FAST_SCALARS).some((oid) => this.values.has(oid))) return;
        await this.slow.whole(MOST_FAILED_STEPS);
        await this.readAlarms(true);
        this.discovered = true;
    }

    private begin(memory: AgentMemory): void {
        this.values.clear();
        this.reader.forget(memory.limits);
        this.walk.forget(memory.withoutBulk);
        this.instances.clear();
        this.hasAlarmTable = false;
        this.countsTooFew = memory.countsTooFew === true;
        this.alarmsSeen = undefined;
        this.alarmFailures = this.alarmRest = this.rounds = this.nextFailures = this.nextRest = 0;
        this.retryAt = this.retryAfter = RETRY_ROUNDS;
        this.decisiveAt = undefined;
        this.alarmsRead = false;
    }

    /** Start from nothing at the next poll. */
    forgetAll(): void {
        this.discovered = false;
    }

    /** Ask again for everything that this card did not have, from the next slow round on. */
    forgetMissing(): void {
        this.reader.forgetMissing();
        this.rounds = 0;
        this.retryAt = this.retryAfter = RETRY_ROUNDS;
        this.slow.begin(true);
    }

    /** What decides and what moves; what fails after that is unknown in this reading. @throws SnmpError when nothing was read */
    async readFast(alarmTable: boolean): Promise<void> {
        this.decisiveAt = undefined;
        this.alarmsRead = false;
        const resultBefore = this.values.get(SCALARS.upsTestResultsSummary);
        const complete = await this.readDecisive([...FAST, ...this.instances.keys()]);
        if (!complete) return;
        await this.readAlarms(alarmTable || this.hasAlarmTable);
        if (this.values.get(SCALARS.upsTestResultsSummary) !== resultBefore)
            await this.reader.read(TEST, this.values, 'texts').catch(() => undefined);
    }

    /** Whether all of it was answered; what was not is taken out. @throws SnmpError when nothing was */
    private async readDecisive(oids: readonly string[]): Promise<boolean> {
        const fresh = new Set<string>();
        let failure: unknown;
        await this.reader.read(oids, this.values, 'numbers', fresh).catch((error: unknown) => (failure = error));
        if (failure !== undefined && !oids.some((oid) => fresh.has(oid) && this.values.has(oid)))
            throw failure as Error;
        for (const oid of oids) if (!fresh.has(oid)) this.values.delete(oid);
        this.decisiveAt = this.now();
        this.onDecisive();
        return failure === undefined;
    }

    /** The next step of the slow round; false when it was the last. A step that fails ends the round. @throws SnmpError */
    refreshStep(): Promise<boolean> {
        return this.slow.step();
    }

    /** Another card under the same address begins with an empty memory: its shape is discovered at the next poll. */
    private async readIdentity(): Promise<void> {
        const before = this.values.get(SYS_OBJECT_ID);
        this.rounds++;
        if (this.nextRest > 0) this.nextRest--;
        this.reader.roundPassed();
        const often = this.transport.version !== '1' || this.rounds <= FIRST_ROUNDS;
        if (this.rounds > 1 && (often || this.rounds % V1_FORGET_ROUNDS === 0)) this.reader.forgetMissing();
        await this.reader.read(PROBE, this.values, 'texts');
        if (this.discovered && before !== undefined && this.values.get(SYS_OBJECT_ID) !== before)
            this.discovered = false;
    }

    private async readShape(table: TableShape): Promise<void> {
        const columns = Object.values(table.columns).map((column) => `${table.entry}.${column}`);
        let failure: unknown;
        let cells: SnmpVarbind[] = [];
        if (this.nextRest === 0) {
            await this.reader.readColumns(columns, MAX_ROWS).then(
                (read) => (cells = read),
                (error: unknown) => (failure = error),
            );
        }
        if (failure !== undefined) this.nextRest = Math.min(2 ** ++this.nextFailures, LONGEST_NEXT_REST);
        else if (cells.length > 0) this.nextFailures = 0;
        if (cells.length === 0) cells = await this.cellsByName(columns);
        if (cells.length === 0 && failure !== undefined) throw failure as Error;
        this.takeCells(table, columns, cells);
    }

    /** Cells under the names that nearly every card gives them, for an agent that makes nothing of GETNEXT. */
    private async cellsByName(columns: readonly string[]): Promise<SnmpVarbind[]> {
        const cells = new Map<string, SnmpValue>();
        for (let row = 1; row <= USUAL_ROWS; row++) {
            const before = cells.size;
            const names = columns.map((column) => `${column}.${row}`);
            await this.reader.read(names, cells).catch(() => undefined);
            if (cells.size === before) break;
        }
        return [...cells].map(([oid, value]) => ({ oid, value }));
    }

    private takeCells(table: TableShape, columns: readonly string[], cells: readonly SnmpVarbind[]): void {
        for (const oid of [...this.values.keys()]) {
            if (columns.some((column) => oid.startsWith(`${column}.`))) this.values.delete(oid);
        }
        for (const { oid, value } of cells) this.values.set(oid, value);
        if (!FAST_TABLES.includes(table)) return;
        // Cells that are NULL (Delta fills up to three lines with them) need not be asked for each second.
        for (const { oid, value } of cells) if (value !== null) this.instances.set(oid, this.rounds);
        // A card that restarts has no rows for a while: they are asked for until it has had time to find them again.
        for (const [oid, round] of this.instances)
            if (oid.startsWith(table.entry) && this.rounds - round > ROUNDS_WITHOUT_ROW) this.instances.delete(oid);
    }

    private async readEnvironment(): Promise<void> {
        if (this.isGenerex()) await this.reader.read(GENEREX_ENVIRONMENT, this.values, 'texts');
    }

    private isGenerex(): boolean {
        const objectId = String(this.values.get(SYS_OBJECT_ID) ?? '');
        return (
            objectId === UPS_MIB ||
            objectId.startsWith(GENEREX_ENTERPRISE) ||
            GENEREX_AGENT.test(String(this.values.get(SCALARS.upsIdentAgentSoftwareVersion) ?? '')) ||
            this.values.has(SCALARS.upsBatteryCondition)
        );
    }

    /** A table may have rows that nobody counts. */
    private async lookForAlarms(): Promise<void> {
        const present = rawNumber(this.values.get(SCALARS.upsAlarmsPresent));
        if (present === undefined) return this.readAlarms(true);
        if (present !== 0 || this.countsTooFew || this.nextRest > 0) return;
        const row = await this.reader.next(ALARM_COLUMN, ALARM_COLUMN);
        // Counted once more: an alarm may have come between the two.
        if (row) await this.reader.read([SCALARS.upsAlarmsPresent], this.values);
        this.countsTooFew = row !== undefined && rawNumber(this.values.get(SCALARS.upsAlarmsPresent)) === 0;
        if (this.countsTooFew) await this.readAlarms(true);
    }

    /** An agent may have got better, or a lost packet have made it look worse than it is. */
    private async retryInFull(): Promise<void> {
        if (this.rounds < this.retryAt || !this.memory) return;
        if (this.reader.limits) await this.reader.tryLarger([...FAST, ...this.instances.keys()]);
        if (this.walk.withoutBulk) await this.walk.tryBulk(`${UPS_MIB}.1.1`);
        this.retryAfter = Math.min(LONGEST_RETRY, 2 * this.retryAfter);
        this.retryAt = this.rounds + this.retryAfter;
    }

    /**
     * Walked while alarms are present, since one may go as another comes; `tableOnly`: also if the card counts none. A walk that fails
     * leaves the alarms of this reading unknown; it is tried again, more rarely while it goes on failing.
     */
    private async readAlarms(tableOnly: boolean): Promise<void> {
        const present = rawNumber(this.values.get(SCALARS.upsAlarmsPresent));
        const changed = present !== this.alarmsSeen;
        this.alarmsSeen = present;
        // A count that is none (65535) says nothing about a table that is known: its rows do.
        const nonsense = present !== undefined && present >= 65535 && this.hasAlarmTable;
        const counted = present !== undefined && present > 0 && present < 65535;
        const walk = present === undefined ? tableOnly : nonsense || counted || this.countsTooFew;
        this.alarmsRead = !walk && !changed && this.alarmFailures === 0;
        if (this.alarmsRead) return;
        if (walk && !changed && this.alarmRest > 0) {
            this.alarmRest--;
            return;
        }
        try {
            await this.readRows(walk, counted ? present : 0);
            this.alarmsRead = true;
            this.alarmFailures = 0;
        } catch {
            // Silence shows at the next poll.
            this.forgetRows();
            this.alarmFailures++;
            this.alarmRest = Math.min(2 ** this.alarmFailures - 2, LONGEST_ALARM_REST);
        }
    }

    private async readRows(walk: boolean, expected: number): Promise<void> {
        const rows = walk ? await this.walk.read(ALARM_COLUMN, MOST_ALARMS, expected) : [];
        // An alarm may have gone between the count and the walk.
        if (rows.length < Math.min(expected, MOST_ALARMS)) {
            await this.reader.read([SCALARS.upsAlarmsPresent], this.values);
            this.alarmsSeen = rawNumber(this.values.get(SCALARS.upsAlarmsPresent));
        }
        this.forgetRows();
        for (const { oid, value } of rows) this.values.set(oid, value);
        if (rows.length > 0) this.hasAlarmTable = true;
    }

    private forgetRows(): void {
        for (const oid of [...this.values.keys()]) if (oid.startsWith(`${ALARM_COLUMN}.`)) this.values.delete(oid);
    }
}

function slices<T>(list: readonly T[], most: number): T[][] {
    return Array.from({ length: Math.ceil(list.length / most) }, (_, i) => list.slice(i * most, (i + 1) * most));
}
