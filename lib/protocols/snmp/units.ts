/**
 * Units per column. RFC 1628 defines the unit of each object; real cards differ, and not in the same way for all columns: tenths
 * of a volt on the output and volts on the input, whole hertz (librenms 3633), tenths of a degree (centreon 626), tenths of a
 * percent. A raw number that makes sense in one unit only is a vote for that unit. The first vote sets the unit of a column, and
 * later votes may revise it.
 */
export type UnitColumn =
    | 'inputVoltage'
    | 'outputVoltage'
    | 'bypassVoltage'
    | 'inputFrequency'
    | 'outputFrequency'
    | 'bypassFrequency'
    | 'inputCurrent'
    | 'outputCurrent'
    | 'load'
    | 'temperature'
    | 'charge'
    | 'batteryVoltage';

/** A learned unit, kept over restarts. JSON. */
export interface LearnedUnit {
    /** value in SI = raw / divisor */
    divisor: number;
    /** Readings that voted for it, at most MOST_VOTES. */
    votes: number;
    /** Consecutive readings that voted against it. */
    against?: number;
    /** Readings without a vote while the unit is not yet sure. */
    quiet?: number;
}

export type Units = Partial<Record<UnitColumn, LearnedUnit>>;

/** What one reading shows about the unit of a column. */
export interface Vote {
    /** The only divisor that makes sense of the raw numbers; undefined: several do. */
    divisor?: number;
    /**
     * With the learned unit (or RFC 1628's, before one is learned) the numbers are ambiguous: the values of this reading are
     * unknown.
     */
    doubt?: boolean;
}

const MOST_VOTES = 10;
/** Votes needed to be sure; fewer may come from one invalid value. */
export const ENOUGH_VOTES = 3;
/** Readings without a vote after which a unit that is not sure is forgotten. */
const QUIET_READINGS = 120;

/**
 * The divisor for this reading; undefined if it is in doubt. Updates `units`.
 * @param usual the divisor of RFC 1628
 * @param fades forget an unsure unit after readings without a vote: no later vote would correct one invalid value
 */
export function settle(units: Units, column: UnitColumn, vote: Vote, usual: number, fades = false): number | undefined {
    const known = units[column];
    if (!known) {
        if (vote.divisor !== undefined) units[column] = { divisor: vote.divisor, votes: 1 };
        return vote.doubt ? undefined : (vote.divisor ?? usual);
    }
    if (vote.divisor === undefined) {
        if (fades && known.votes < ENOUGH_VOTES) {
            const quiet = (known.quiet ?? 0) + 1;
            if (quiet >= QUIET_READINGS) delete units[column];
            else units[column] = { ...known, quiet };
        }
        return vote.doubt ? undefined : known.divisor;
    }
    if (vote.divisor === known.divisor) {
        units[column] = { divisor: known.divisor, votes: Math.min(MOST_VOTES, known.votes + 1) };
        return vote.doubt ? undefined : known.divisor;
    }
    const against = (known.against ?? 0) + 1;
    if (against < known.votes) {
        units[column] = { ...known, against };
        return undefined;
    }
    units[column] = { divisor: vote.divisor, votes: 1 };
    return vote.doubt ? undefined : vote.divisor;
}

/** Units from stored data of any shape; invalid parts are dropped. */
export function readUnits(kept: unknown): Units {
    const units: Units = {};
    if (typeof kept !== 'object' || kept === null) return units;
    for (const [column, unit] of Object.entries(kept) as [UnitColumn, Partial<LearnedUnit> | null][]) {
        const { divisor, votes, against, quiet } = unit ?? {};
        if (![1, 10, 100].includes(divisor as number) || !isCount(votes)) continue;
        units[column] = {
            divisor: divisor!,
            votes: Math.min(MOST_VOTES, votes),
            ...(isCount(against) && { against }),
            ...(isCount(quiet) && { quiet }),
        };
    }
    return units;
}

function isCount(value: unknown): value is number {
    return typeof value === 'number' && Number.isInteger(value) && value >= 1;
}
