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
import { ObjectReader } from './object-reader';
import { MAX_ROWS } from './tables';
import type { SnmpTransport, SnmpValue } from './transport';
import { rawNumber } from './values';

/** More alarms than a card can have at once; a broken table ends here. */
const MAX_ALARMS = 64;
const V1_FORGET_ROUNDS = 10;
/** A step of the slow round that fails sits out twice as many rounds each time, at most so many. */
const LONGEST_REST = 15;
const GENEREX_ENTERPRISE = '1.3.6.1.4.1.1356';
const GENEREX_AGENT = /\b(CS1[0-9]1|BACS)\b/i;

const oidsOf = (names: readonly ScalarName[]): string[] => names.map((name) => SCALARS[name]);
const FAST = oidsOf(FAST_SCALARS);
const SLOW = [SYS_OBJECT_ID, SYS_UP_TIME, ...oidsOf(SLOW_SCALARS)];
const TEST = [SYS_UP_TIME, ...oidsOf(['upsTestResultsDetail', 'upsTestStartTime'])];
/** Small, and there on every card: tells whether anybody answers before anything large is asked. */
const PROBE = [SYS_OBJECT_ID, ...oidsOf(['upsOutputSource', 'upsBatteryStatus'])];
const COLUMNS = Object.values(TABLES).flatMap(({ entry, columns }) =>
    Object.values(columns).map((column) => `${entry}.${column}`),
);
/** The bypass is read once a minute: nothing is decided on it. */
const FAST_TABLES = [TABLES.input.entry, TABLES.output.entry];

/** A part of what is read once a minute. */
interface SlowStep {
    read(): Promise<void>;
    /** In a row. */
    failures: number;
    /** Rounds to sit out. */
    rest: number;
}

/**
 * Everything last read from one card, by OID of the instance, and the order in which it is asked for: what decides at every
 * poll in as few PDUs as the card takes, the rest step by step in between.
 */
export class CardReader {
    readonly values = new Map<string, SnmpValue>();
    /** The alarm table had rows once; told apart from "no table" where upsAlarmsPresent is missing. */
    hasAlarmTable = false;

    private readonly reader: ObjectReader;
    private instances: string[] = [];
    private discovered = false;
    private readonly slow: SlowStep[];
    private steps: SlowStep[] = [];
    private alarmsSeen: number | undefined;
    private rounds = 0;

    constructor(private readonly transport: SnmpTransport) {
        this.reader = new ObjectReader(transport);
        this.slow = [
            () => this.readIdentity(),
            () => this.readShapes(),
            () => this.readEnvironment(),
            async () => {
                if (!this.values.has(SCALARS.upsAlarmsPresent)) await this.readAlarms(true);
            },
        ].map((read) => ({ read, failures: 0, rest: 0 }));
    }

    /** Whether the card's shape is known, so that a short poll gives a whole reading. */
    get known(): boolean {
        return this.discovered;
    }

    /** Whether the card was asked for this object, and does not have it. */
    lacks(oid: string): boolean {
        return this.reader.lacks(oid);
    }

    /** A step of the slow round has failed once: it may be a lost packet, and should not take a minute to mend. */
    get impatient(): boolean {
        return this.slow.some(({ failures }) => failures === 1);
    }

    /**
     * What the card is and has. What decides comes first; a card that drops one of the slow requests is read without the rest,
     * which the slow rounds go on trying for.
     * @throws SnmpError
     */
    async discover(): Promise<void> {
        this.values.clear();
        this.reader.forget();
        this.hasAlarmTable = false;
        this.alarmsSeen = undefined;
        await this.reader.read(PROBE, this.values);
        await this.reader.read(FAST, this.values);
        this.beginRound(true);
        while (await this.refreshStep().catch(() => false));
        await this.readAlarms(true);
        this.discovered = true;
    }

    /** Start from nothing at the next poll. */
    forgetAll(): void {
        this.discovered = false;
    }

    /** Ask again for everything that this card did not have, from the next slow round on. */
    forgetMissing(): void {
        this.reader.forgetMissing();
        this.beginRound(true);
    }

    /** What decides and what moves. @throws SnmpError */
    async readFast(alarmTable: boolean): Promise<void> {
        const resultBefore = this.values.get(SCALARS.upsTestResultsSummary);
        await this.reader.read([...FAST, ...this.instances], this.values);
        await this.readAlarms(alarmTable || this.hasAlarmTable);
        if (this.values.get(SCALARS.upsTestResultsSummary) !== resultBefore) await this.reader.read(TEST, this.values);
    }

    /** The next step of the slow round; false when it was the last. A step that fails ends the round. @throws SnmpError */
    async refreshStep(): Promise<boolean> {
        if (this.steps.length === 0) this.beginRound();
        const step = this.steps.shift();
        if (!step) return false;
        try {
            await step.read();
            step.failures = 0;
        } catch (error) {
            this.steps = [];
            step.failures++;
            step.rest = Math.min(2 ** step.failures - 1, LONGEST_REST);
            throw error;
        }
        return this.steps.length > 0;
    }

    private beginRound(afresh = false): void {
        if (afresh) for (const step of this.slow) step.failures = step.rest = 0;
        this.steps = this.slow.filter(({ rest }) => rest === 0);
        for (const step of this.slow) if (step.rest > 0) step.rest--;
    }

    /** Another card under the same address begins with an empty memory: its shape is discovered at the next poll. */
    private async readIdentity(): Promise<void> {
        const before = this.values.get(SYS_OBJECT_ID);
        // In v1 each missing object costs a round trip to find out again.
        if (this.transport.version !== '1' || ++this.rounds % V1_FORGET_ROUNDS === 0) this.reader.forgetMissing();
        await this.reader.read(SLOW, this.values);
        if (this.discovered && before !== undefined && this.values.get(SYS_OBJECT_ID) !== before)
            this.discovered = false;
    }

    private async readShapes(): Promise<void> {
        const cells = await this.reader.readColumns(COLUMNS, MAX_ROWS);
        for (const oid of [...this.values.keys()]) {
            if (COLUMNS.some((column) => oid.startsWith(`${column}.`))) this.values.delete(oid);
        }
        for (const { oid, value } of cells) this.values.set(oid, value);
        // Cells that are NULL (Delta fills up to three lines with them) need not be asked for each second.
        this.instances = cells
            .filter(({ oid, value }) => value !== null && FAST_TABLES.some((entry) => oid.startsWith(`${entry}.`)))
            .map(({ oid }) => oid);
    }

    private async readEnvironment(): Promise<void> {
        if (this.isGenerex()) await this.reader.read(GENEREX_ENVIRONMENT, this.values);
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

    /** Walked while alarms are present, since one may go as another comes; `tableOnly`: also if the card counts none. */
    private async readAlarms(tableOnly: boolean): Promise<void> {
        const present = rawNumber(this.values.get(SCALARS.upsAlarmsPresent));
        const changed = present !== this.alarmsSeen;
        this.alarmsSeen = present;
        // A count that is none (65535) says nothing about a table that is known: its rows do.
        const nonsense = present !== undefined && present >= 65535 && this.hasAlarmTable;
        const walk = present === undefined ? tableOnly : nonsense || (present > 0 && present < 65535);
        if (!walk && !changed) return;
        const rows = walk ? await this.reader.walk(ALARM_COLUMN, MAX_ALARMS) : [];
        for (const oid of [...this.values.keys()]) if (oid.startsWith(`${ALARM_COLUMN}.`)) this.values.delete(oid);
        for (const { oid, value } of rows) this.values.set(oid, value);
        if (rows.length > 0) this.hasAlarmTable = true;
    }
}
