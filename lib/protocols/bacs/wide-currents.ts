import { signed, isSupported, WORDS } from './words';

const TURN = 0x10000;
/** Raw numbers, 0.01 A. So much against the state of the card is noise, or a current between strings. */
const NOISE = 100;
/** The end of the range. */
const LAST = 0x7fff;
/** With neither charge nor discharge told, a current of less than half the range is taken as it stands; a smaller step is none over the end. */
const QUIET = 0x4000;

/** What the card says of itself: its states "charging" and "discharging". */
export interface CurrentDirection {
    charging: boolean;
    discharging: boolean;
}

/**
 * The current of one string, whose word ends at ±327.67 A. What a card sends beyond is not printed [inferred]: if it stops at the end, the end counts as not
 * known (words.ts); if it wraps around, -340 A reads as +315.36 A. So the true current is looked for among the word and the numbers one and more turns away:
 * those with the sign of the card's own state (a string of a battery that discharges has no current above zero), and of these the nearest to the one before. If
 * that is beyond the word's range, the current is not known.
 *
 * A current that was beyond counts as back in the range when it is near to where it was, or the card charges where it discharged, or does neither.
 *
 * Left over: a jump from within the range to more than 655 A, from one sweep to the next, looks like a small current of the same sign. Currents by SNMP have no
 * such limit.
 */
export class WideCurrent {
    /** The raw number that the last word stood for; beyond 16 bits, it was not known. */
    private last = 0;
    private direction = 0;

    /** A, or NaN. @param word 0..65535 */
    take(word: number, { charging, discharging }: CurrentDirection): number {
        const raw = signed(word);
        if (!isSupported(word)) return NaN;
        const direction = Number(charging) - Number(discharging);
        if (direction !== this.direction) this.last = 0;
        this.direction = direction;
        if (direction === 0 && Math.abs(raw) < QUIET) {
            this.last = raw;
            return WORDS.current.decode(word);
        }
        const from = this.last;
        const found = this.nearest(raw);
        const wasBeyond = Math.abs(from) > LAST;
        // It may as well have gone further away.
        if (wasBeyond && found === raw && Math.abs(found - from) >= QUIET) return NaN;
        this.last = found;
        return found === raw ? WORDS.current.decode(word) : NaN;
    }

    private nearest(raw: number): number {
        const { last, direction } = this;
        let found = raw;
        let nearest = Infinity;
        for (const turns of [0, -1, 1, -2, 2]) {
            const candidate = raw + turns * TURN;
            if (candidate * direction < -NOISE) continue;
            const distance = Math.abs(candidate - last);
            if (distance < nearest) [found, nearest] = [candidate, distance];
        }
        return found;
    }
}
