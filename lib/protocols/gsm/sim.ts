import { UpsError } from '../../core/errors';
import { inRow, said, type Told } from '../../core/language/sentence';
import { AtRefusal, type AtCommand } from './at-channel';
import type { PinMemory } from './pin-memory';

export interface SimLine {
    ask(command: Omit<AtCommand, 'timeoutMs'>): Promise<string[]>;
    pause(ms: number): Promise<void>;
}

const READY_TRIES = 10;
const READY_PAUSE_MS = 1_000;
/** The last attempt is left to a person. */
const FEWEST_ATTEMPTS = 2;
/** PIN attempts of a SIM (ETSI TS 102 221 and 3GPP TS 31.101 do not define the number; networks issue SIMs with three). */
const ALL_ATTEMPTS = 3;

/**
 * Brings the SIM to READY (3GPP TS 27.007 section 8.3). A PIN is tried once, and never again after a refusal: three wrong PINs
 * lock the SIM. No PIN is tried if the SIM reports that only its last attempt is left. If a restart would forget that a PIN was
 * tried, it is tried only when the SIM reports that no PIN was wrong yet.
 * @throws UpsError sim-locked, device-refused
 */
export async function unlockSim(host: string, pin: string, memory: PinMemory, line: SimLine): Promise<void> {
    const state = await simState(line);
    if (state === 'READY') return memory.forget();
    const locked = (reason: Told) => new UpsError('sim-locked', { host, reason });
    if (state !== 'SIM PIN') throw locked(wordsOf(state));
    if (!pin) throw locked(said('gsm.sim.pin'));
    if (memory.wasTried(pin)) throw locked(said('gsm.sim.tried'));
    const left = await attemptsLeft(line);
    if (left !== undefined && left < FEWEST_ATTEMPTS) {
        throw locked(said('gsm.sim.last'));
    }
    if (!memory.lasting && (left ?? 0) < ALL_ATTEMPTS) {
        throw locked(left === undefined ? said('gsm.sim.forgetful') : said('gsm.sim.forgetfulLeft', { left }));
    }
    memory.note(pin);
    try {
        await line.ask({ text: `AT+CPIN="${pin}"`, name: 'AT+CPIN' });
    } catch (error) {
        if (!(error instanceof AtRefusal)) throw error;
        const remaining = await attemptsLeft(line);
        const count = remaining === undefined ? [] : [said('gsm.sim.left', { left: remaining })];
        throw locked(inRow([error.refusal.words, ...count, said('gsm.sim.once')]));
    }
    for (let left = READY_TRIES; left > 0; left--) {
        if ((await simState(line)) === 'READY') return memory.forget();
        await line.pause(READY_PAUSE_MS);
    }
    throw locked(said('gsm.sim.unready'));
}

/** State of the SIM; a SIM that is still busy after power-up is asked again. */
async function simState(line: SimLine): Promise<string> {
    for (let left = READY_TRIES; ; left--) {
        try {
            const [state] = await line.ask({ text: 'AT+CPIN?', prefix: '+CPIN:' });
            return (state ?? 'unknown').replace(/"/g, '').trim();
        } catch (error) {
            const busy = error instanceof AtRefusal && error.refusal.kind === 'cme' && error.refusal.number === 14;
            if (!busy || left <= 1) throw error;
            await line.pause(READY_PAUSE_MS);
        }
    }
}

/** `+CPINR: SIM PIN,<left>,…` (3GPP TS 27.007 section 8.65); undefined if the modem does not report it. */
async function attemptsLeft(line: SimLine): Promise<number | undefined> {
    try {
        const lines = await line.ask({ text: 'AT+CPINR="SIM PIN"', prefix: '+CPINR:' });
        const found = lines.map((text) => /^"?SIM PIN"? *, *(\d+)/.exec(text)?.[1]).find(Boolean);
        return found === undefined ? undefined : Number(found);
    } catch (error) {
        if (error instanceof AtRefusal) return undefined;
        throw error;
    }
}

function wordsOf(state: string): Told {
    if (state === 'SIM PUK') return said('gsm.sim.puk');
    if (/^PH-/.test(state)) return said('gsm.sim.locked', { state });
    return said('gsm.sim.says', { state });
}
