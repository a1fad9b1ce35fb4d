/**
 * Units per column. RFC 1628 says in which unit each object is told; cards do as they please, and not the same for all columns: tenths of a
 * volt on the output and volts on the input, whole hertz (librenms 3633), tenths of a degree (centreon 626), tenths of a percent. What a raw
 * number can only mean is a vote for a unit; a unit is learned from the first vote, and revised when later ones say otherwise.
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

/** JSON: kept over restarts. */
export interface LearnedUnit {
    /** value in SI = raw / divisor */
    divisor: number;
    /** Readings that said so, at most MOST_VOTES. */
    votes: number;
    /** Readings in a row that said otherwise. */
    against?: number;
    /** Readings that said nothing, of a unit that is not yet sure. */
    quiet?: number;
}

export type Units = Partial<Record<UnitColumn, LearnedUnit>>;

/** What one reading says of a column's unit. */
export interface Vote {
    /** The only divisor with which the raw numbers make sense; undefined: they do not tell. */
    divisor?: number;
    /** Under what was learned (or, before, under RFC 1628) they may mean two things: the values of this reading are unknown. */
    doubt?: boolean;
}

const MOST_VOTES = 10;
/** A unit that was voted for less often may have been one wild value. */
export const SURE = 3;
/** Readings without a vote after which an unsure one is forgotten. */
const QUIET_READINGS = 120;

/**
 * The divisor to read a column by now; undefined: in doubt. Changes `units`.
 * @param usual RFC 1628's
 * @param fades one vote may be a wild value, and no later one will contradict it
 */
export function settle(units: Units, column: UnitColumn, vote: Vote, usual: number, fades = false): number | undefined {
    const known = units[column];
    if (!known) {
        if (vote.divisor !== undefined) units[column] = { divisor: vote.divisor, votes: 1 };
        return vote.doubt ? undefined : (vote.divisor ?? usual);
    }
    if (vote.divisor === undefined) {
        if (fades && known.votes < SURE) {
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

/** Units from what was kept, whatever it is. */
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
