import { follows, isBehind, type ObjectReader } from './object-reader';
import { SnmpError, type SnmpTransport, type SnmpVarbind } from './transport';

const MOST_REPETITIONS = 20;

/**
 * Reads a column of a table whose number of rows changes: by GETBULK where the agent supports it, else by GETNEXT. Some v2c
 * agents drop GETBULK or answer it with OIDs that do not advance (snmp-switch-manager 100, NAV 1487). After the first such
 * answer, GETNEXT is used until `tryBulk` succeeds.
 */
export class AlarmWalk {
    private bulk: boolean;
    /** Rows of the last walk through each column that nobody counts. */
    private readonly lengths = new Map<string, number>();

    constructor(
        private readonly transport: SnmpTransport,
        private readonly reader: ObjectReader,
    ) {
        this.bulk = this.can;
    }

    private get can(): boolean {
        return this.transport.version !== '1';
    }

    /** The agent speaks v2c or v3 but does not support GETBULK. */
    get withoutBulk(): boolean {
        return this.can && !this.bulk;
    }

    /** Resets what was learned. @param withoutBulk what a former process learned */
    forget(withoutBulk = false): void {
        this.bulk = this.can && !withoutBulk;
        this.lengths.clear();
    }

    /** Tests GETBULK again, on a column that has rows. */
    async tryBulk(column: string): Promise<void> {
        const answers = await this.transport.getBulk(column, 2).catch(() => []);
        this.bulk = answers[0] !== undefined && follows(answers[0].oid, column, column);
    }

    /**
     * All instances of one column, at most `maxRows`.
     * @param expected number of rows that the agent counts; if GETBULK returns fewer, GETNEXT looks for the rest
     * @throws SnmpError
     */
    async read(column: string, maxRows: number, expected: number): Promise<SnmpVarbind[]> {
        const rows: SnmpVarbind[] = [];
        const lastAt = () => rows.at(-1)?.oid ?? column;
        let doubt = !this.bulk;
        while (!doubt && rows.length < maxRows) {
            const before = rows.length;
            const answer = await this.bulkRows(column, lastAt(), expected - rows.length);
            if (answer === undefined) {
                doubt = true;
                break;
            }
            rows.push(...answer.rows.slice(0, maxRows - rows.length));
            if (answer.ended || rows.length === before) break;
        }
        if (!doubt && rows.length >= Math.min(expected, maxRows)) return rows;
        const byBulk = rows.length;
        while (rows.length < maxRows) {
            const next = await this.reader.next(column, lastAt());
            if (!next) break;
            rows.push(next);
        }
        // GETBULK is given up only here, after GETNEXT was answered: before that, the agent may simply be silent.
        if (doubt || rows.length > byBulk) this.bulk = false;
        return rows;
    }

    /**
     * As `read`, for a column whose rows nobody counts. A walk may take several requests: if a row ends meanwhile, those before it are
     * older than that, and together they tell of a state that never was. A walk with fewer rows than the one before is therefore
     * made once more.
     * @param least rows that there may well be: if GETBULK returns fewer, GETNEXT looks for the rest
     * @throws SnmpError
     */
    async readUncounted(column: string, maxRows: number, least: number): Promise<SnmpVarbind[]> {
        const before = this.lengths.get(column) ?? 0;
        let rows = await this.read(column, maxRows, least);
        if (rows.length > 0 && rows.length < before) rows = await this.read(column, maxRows, least);
        this.lengths.set(column, rows.length);
        return rows;
    }

    /** Rows after `at`; undefined when the agent drops, refuses or misreads GETBULK. */
    private async bulkRows(
        column: string,
        at: string,
        left: number,
    ): Promise<{ rows: SnmpVarbind[]; ended: boolean } | undefined> {
        let answers: SnmpVarbind[];
        try {
            answers = await this.transport.getBulk(at, Math.min(MOST_REPETITIONS, Math.max(1, left) + 1));
        } catch (error) {
            if (!(error instanceof SnmpError) || !['refused', 'timeout', 'invalid'].includes(error.kind)) throw error;
            return undefined;
        }
        const rows: SnmpVarbind[] = [];
        let last = at;
        for (const answer of answers) {
            if (answer.value === undefined) return { rows, ended: true };
            if (!isBehind(answer.oid, last)) return rows.length > 0 ? { rows, ended: false } : undefined;
            if (!follows(answer.oid, last, column)) return { rows, ended: true };
            rows.push(answer);
            last = answer.oid;
        }
        return answers.length > 0 ? { rows, ended: false } : undefined;
    }
}
