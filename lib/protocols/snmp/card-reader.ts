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
import { slices } from './slices';
import { SlowRound } from './slow-round';
import { MAX_ROWS, type TableShape } from './tables';
import type { SnmpTransport, SnmpValue, SnmpVarbind } from './transport';
import { rawNumber } from './values';

/**
 * Slow rounds between two retries of missing objects. In v1 each missing object costs one round trip; a card that has just
 * started lacks many.
 */
const V1_FORGET_ROUNDS = 10;
const FIRST_ROUNDS = 12;
/** Polls. After each failure of the alarm walk, the pause doubles, up to this. */
const LONGEST_ALARM_REST = 30;
/** In the first round. More failed steps mean that the card is silent. */
const MOST_FAILED_STEPS = 4;
const LONGEST_NEXT_REST = 60;
/** A UPS has at most three phases. */
const USUAL_ROWS = 3;
/** Slow rounds for which a row that disappeared is still requested. */
const ROUNDS_WITHOUT_ROW = 5;
/** Slow rounds until the learned limits of an agent are tested again: the first pause, which doubles up to the second. */
const RETRY_ROUNDS = 10;
const LONGEST_RETRY = 640;
const GENEREX_ENTERPRISE = '1.3.6.1.4.1.1356';
const GENEREX_AGENT = /\b(CS1[0-9]1|BACS)\b/i;

const oidsOf = (names: readonly ScalarName[]): string[] => names.map((name) => SCALARS[name]);
/** sysUpTime is read along: the agent's counters start again when the agent restarts. */
const FAST = [...oidsOf(FAST_SCALARS), SYS_UP_TIME];
const SLOW = oidsOf(SLOW_SCALARS);
const TEST = oidsOf(['upsTestResultsDetail', 'upsTestStartTime']);
/**
 * Every card has sysObjectID. This small request finds out whether the agent answers at all, before larger requests that it may
 * drop.
 */
const PROBE = [SYS_OBJECT_ID];
/** The bypass table is read once a minute: no event depends on it. */
const FAST_TABLES: readonly TableShape[] = [TABLES.input, TABLES.output];
/** Objects in one step of the slow round. Small steps let polls run in between, even for a card that takes one object per request. */
const STEP = 12;

/** What was learned about the agent, kept for the next process. JSON. */
export interface AgentMemory {
    limits?: AgentLimits;
    withoutBulk?: boolean;
    /** Its alarm table has rows although upsAlarmsPresent is 0. */
    countsTooFew?: boolean;
}

/**
 * The last values of one card, by OID of the instance, and the order of its requests. Objects that decide on events are read at
 * every poll in as few PDUs as the card accepts; all others are read step by step between polls. When one request fails, the
 * values of the others stay.
 */
export class CardReader {
    readonly values = new Map<string, SnmpValue>();
    /** The alarm table had rows once. Where upsAlarmsPresent is missing, this shows that the table exists. */
    hasAlarmTable = false;
    /** When the objects that decide on events were read in this poll, epoch ms; undefined before. */
    decisiveAt?: number;
    /** `values` holds the alarms of this poll. */
    alarmsRead = false;

    private readonly reader: ObjectReader;
    private readonly walk: AlarmWalk;
    private readonly slow: SlowRound;
    /** Table cells that are requested at each poll, with the slow round in which each was last found. */
    private readonly instances = new Map<string, number>();
    private discovered = false;
    private alarmsSeen: number | undefined;
    private countsTooFew = false;
    /** Its count was once as large as its table: a row beside a count of 0 is what it forgot to remove. */
    private countsRight = false;
    /** Consecutive GETNEXT requests for tables without an answer, and slow rounds for which GETNEXT is paused. */
    private nextFailures = 0;
    private nextRest = 0;
    private alarmFailures = 0;
    private alarmRest = 0;
    private rounds = 0;
    private retryAt = RETRY_ROUNDS;
    private retryAfter = RETRY_ROUNDS;

    /**
     * @param now epoch ms
     * @param onDecisive called as soon as the objects that decide on events are read
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
            () => this.readUncountedAlarms(),
            () => this.retryInFull(),
        ]);
    }

    /** Whether discovery is complete, so that a short poll gives a full reading. */
    get known(): boolean {
        return this.discovered;
    }

    /** JSON; undefined while nothing was learned. */
    get memory(): AgentMemory | undefined {
        const memory: AgentMemory = {
            ...(this.reader.limits && { limits: this.reader.limits }),
            ...(this.walk.withoutBulk && { withoutBulk: true }),
            ...(this.countsTooFew && { countsTooFew: true }),
        };
        return Object.keys(memory).length > 0 ? memory : undefined;
    }

    /** Whether the card was asked for this object and does not have it. */
    lacks(oid: string): boolean {
        return this.reader.lacks(oid);
    }

    /** A packet was lost, or the card is still starting: the next slow round should run soon, not in a minute. */
    get needsRetrySoon(): boolean {
        return (
            this.slow.needsRetrySoon ||
            this.nextFailures === 1 ||
            (this.rounds < FIRST_ROUNDS && (this.instances.size === 0 || this.lacks(SCALARS.upsOutputSource)))
        );
    }

    /**
     * Reads what the card is and which objects it has. Objects that decide on events come first. If the card drops one of the
     * slow requests, discovery ends without it, and later slow rounds try it again.
     * @param memory what a former process learned
     * @throws SnmpError
     */
    async discover(memory: AgentMemory = {}): Promise<void> {
        this.begin(memory);
        await this.reader.read(PROBE, this.values);
        await this.readDecisive(FAST);
        // No UPS object: the agent is still starting, or has no UPS-MIB. The next poll asks again; nothing is learned from this
        // one.
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
        this.countsRight = false;
        this.alarmsSeen = undefined;
        this.alarmFailures = this.alarmRest = this.rounds = this.nextFailures = this.nextRest = 0;
        this.retryAt = this.retryAfter = RETRY_ROUNDS;
        this.decisiveAt = undefined;
        this.alarmsRead = false;
    }

    /** The next poll discovers the card from the beginning. */
    forgetAll(): void {
        this.discovered = false;
    }

    /** From the next slow round on, asks again for all objects that this card lacked. */
    forgetMissing(): void {
        this.reader.forgetMissing();
        this.rounds = 0;
        this.retryAt = this.retryAfter = RETRY_ROUNDS;
        this.slow.begin(true);
    }

    /**
     * Reads the objects that decide on events, and live values. Objects whose request fails after the first answer are unknown in
     * this reading. @throws SnmpError when nothing was read
     */
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

    /**
     * Whether the card answered all requests; objects without an answer are removed from `values`. @throws SnmpError when nothing
     * was read
     */
    private async readDecisive(oids: readonly string[]): Promise<boolean> {
        const isComplete = await this.reader.readOrForget(oids, this.values);
        this.decisiveAt = this.now();
        this.onDecisive();
        return isComplete;
    }

    /** Runs the next step of the slow round; resolves to false after the last. A step that fails ends the round. @throws SnmpError */
    refreshStep(): Promise<boolean> {
        return this.slow.step();
    }

    /** A different sysObjectID means another card at this address: the next poll discovers it. */
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

    /** Reads cells by their usual instance numbers, for an agent that does not support GETNEXT. */
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
        // Some cards (Delta) fill unused lines with NULL. Polls skip these cells.
        for (const { oid, value } of cells) if (value !== null) this.instances.set(oid, this.rounds);
        // A card that restarts has no rows for a while. Polls request the old rows until the card has had time to restore them.
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

    /** Some agents have alarm rows although upsAlarmsPresent is 0. */
    private async readUncountedAlarms(): Promise<void> {
        const present = rawNumber(this.values.get(SCALARS.upsAlarmsPresent));
        if (present === undefined) return this.readAlarms(true);
        if (present !== 0 || this.countsTooFew || this.countsRight || this.nextRest > 0) return;
        const row = await this.reader.next(ALARM_COLUMN, ALARM_COLUMN);
        // Reads the count again: an alarm may have appeared between the two requests.
        if (row) await this.reader.read([SCALARS.upsAlarmsPresent], this.values);
        this.countsTooFew = row !== undefined && rawNumber(this.values.get(SCALARS.upsAlarmsPresent)) === 0;
        if (!this.countsTooFew) return;
        await this.readAlarms(true);
        // The row has ended before the count was read again.
        if (this.alarmsRead && !this.hasRows) this.countsTooFew = false;
    }

    /** Tests learned limits again: the agent may have been repaired, or a lost packet may have looked like a limit. */
    private async retryInFull(): Promise<void> {
        if (this.rounds < this.retryAt || !this.memory) return;
        if (this.reader.limits) await this.reader.tryLarger([...FAST, ...this.instances.keys()]);
        if (this.walk.withoutBulk) await this.walk.tryBulk(`${UPS_MIB}.1.1`);
        this.retryAfter = Math.min(LONGEST_RETRY, 2 * this.retryAfter);
        this.retryAt = this.rounds + this.retryAfter;
    }

    /**
     * Walks the alarm table at every poll while alarms are present: one alarm may replace another without a change of the count.
     * A count of 0 leaves no row of a former poll.
     * `tableOnly`: walks also when the card has no count. When a walk fails, the alarms of this reading are unknown, and walks
     * become rarer until one succeeds.
     */
    private async readAlarms(tableOnly: boolean): Promise<void> {
        const present = rawNumber(this.values.get(SCALARS.upsAlarmsPresent));
        const changed = present !== this.alarmsSeen;
        this.alarmsSeen = present;
        // 65535 is not a count. If the table is known to exist, its rows are read instead.
        const nonsense = present !== undefined && present >= 65535 && this.hasAlarmTable;
        const walk = present === undefined ? tableOnly : nonsense || isCount(present) || this.countsTooFew;
        if (!walk) return this.takeRows([]);
        this.alarmsRead = false;
        if (!changed && this.alarmRest > 0) {
            this.alarmRest--;
            return;
        }
        try {
            this.takeRows(
                await (isCount(present)
                    ? this.countedRows(present)
                    : this.walk.readUncounted(ALARM_COLUMN, MOST_ALARMS, 0)),
            );
        } catch {
            // If the card is silent, the next poll reports it.
            this.forgetRows();
            this.alarmFailures++;
            this.alarmRest = Math.min(2 ** this.alarmFailures - 2, LONGEST_ALARM_REST);
        }
    }

    /**
     * The rows that belong to the count: if alarms end in mid-walk, its first rows are older than that, and tell of a state that
     * never was (on battery, without the test that is the reason). It is then made once more.
     * @throws SnmpError
     */
    private async countedRows(count: number, again = true): Promise<readonly SnmpVarbind[]> {
        const rows = await this.walk.read(ALARM_COLUMN, MOST_ALARMS, count);
        if (rows.length === count) this.countsRight = true;
        if (rows.length >= Math.min(count, MOST_ALARMS)) return rows;
        await this.reader.read([SCALARS.upsAlarmsPresent], this.values);
        const present = rawNumber(this.values.get(SCALARS.upsAlarmsPresent));
        this.alarmsSeen = present;
        if (present === 0 && !this.countsTooFew) return [];
        return again && isCount(present) && present !== count ? this.countedRows(present, false) : rows;
    }

    private takeRows(rows: readonly SnmpVarbind[]): void {
        this.forgetRows();
        for (const { oid, value } of rows) this.values.set(oid, value);
        if (rows.length > 0) this.hasAlarmTable = true;
        this.alarmsRead = true;
        this.alarmFailures = 0;
    }

    private get hasRows(): boolean {
        return [...this.values.keys()].some(isAlarmRow);
    }

    private forgetRows(): void {
        for (const oid of [...this.values.keys()]) if (isAlarmRow(oid)) this.values.delete(oid);
    }
}

const isAlarmRow = (oid: string) => oid.startsWith(`${ALARM_COLUMN}.`);
/** Of alarms, of which there is at least one. */
const isCount = (present: number | undefined): present is number =>
    present !== undefined && present > 0 && present < 65535;
