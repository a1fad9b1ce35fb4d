import {
    isPart,
    isSentence,
    plainText,
    failureText,
    type Sentence,
    type SentenceData,
    type Told,
} from './language/sentence';
import { quoted } from './quote';
import { reasonOf } from './reasons';

/** Every way in which Ridethrough itself fails; translated at the node's edge as `errors.<code>`. */
export type UpsErrorCode =
    | 'config-missing' // data: property
    | 'config-invalid' // data: property, value, expected
    | 'payload-unknown' // data: value, expected: a message that says neither on nor off
    | 'not-supported' // data: device, command: the device cannot do it
    | 'device-silent' // data: host, why, reason: no answer in time
    | 'only-echo' // data: host: a serial adapter returns what we send, and nobody answers
    | 'device-refused' // data: host, reason, why: it answered, with a refusal
    | 'outages-unseen' // data: host, map: it is read, but tells nothing by which an outage could be seen
    | 'debounce-too-short' // data: host, ms, debounce: contacts are read each ms, and cannot be seen to be the same for debounce ms
    | 'access-denied' // data: host: wrong community, user or key
    | 'protocol' // data: reason: an answer that breaks the protocol
    | 'out-of-range' // data: property, value, min, max
    | 'no-device' // data: ups: no device node feeds this unit
    | 'ups-silent' // data: ups, code, host, why, reason: device nodes feed this unit, and none of them hears it now
    | 'module-faulty' // data: module: its own settings are wrong, as it says itself
    | 'not-a-number' // data: property, value: what came is no number
    | 'only-deployed' // only a deployed node can tell: trying would already switch something
    | 'busy-elsewhere' // data: place: a deployed node has the port, with other settings
    | 'port-in-use' // data: port, address
    | 'port-forbidden' // data: port
    | 'store-in-use' // data: file
    | 'store-damaged' // data: file, keptAs
    | 'cut-short' // data: time: an interrupted job that nobody goes on with
    | 'store-no-locks' // data: file: its file system refuses to lock it
    | 'store-moved' // data: file, again: it was taken away; whether it was made anew
    | 'store-failed' // data: file, reason
    | 'sim-locked' // data: host, reason: the SIM wants a PIN, a PUK or a person
    | 'host-unreachable' // data: host, reason
    | 'certificate-refused' // data: host, reason: expired, not trusted, or of another host
    | 'certificate-time' // data: host, time: not valid at the time that our clock shows, which may be wrong
    | 'hosts-failed' // data: failed, total, first
    | 'recipients-failed' // data: failed, total, first
    | 'mail-refused' // data: reason
    | 'mail-unreachable' // data: host, reason
    | 'mail-busy' // data: host, reason: the server says itself that it will do later
    | 'mail-login-refused' // data: host, reason
    | 'mail-basic-off' // data: host, reason: it takes no password at all
    | 'mail-app-password' // data: host, reason: it takes no password but one made for programs
    | 'mail-sender-refused' // data: host, reason: this account may not send as this sender
    | 'mail-account-blocked' // data: host, reason: a limit is reached, or sending is switched off for this account
    | 'mail-utf8' // data: host, address: a sender that this server cannot be told
    | 'mail-token-refused' // data: host, reason: the refresh token is not valid (any more)
    | 'mail-client-refused' // data: host, reason: the token server does not accept client id, secret or scope
    | 'mail-token-unreachable' // data: host, reason
    | 'mail-token-address' // data: url, reason: what answers there is no token server
    | 'mail-no-oauth' // data: host, reason: the mail server offers no XOAUTH2
    | 'call-unanswered' // data: host, reason: no other Ridethrough answers a remote call
    | 'call-unsigned' // data: host: it does not know our secret
    | 'call-refused' // data: host, reason
    | 'clock-skew' // data: host, seconds: our clock minus that of the host
    | 'command-not-allowed' // data: command
    | 'command-failed' // data: command, reason
    | 'interrupted' // data: since
    | 'event-over' // data: done, total: so many had been told of an event when it ended
    | 'on-mains' // data: ups: a battery level shuts nothing down while the UPS is on mains
    | 'superseded' // data: done, total: a repeat has taken the place of a job that was still trying
    | 'test-on-battery' // data: ups: no test is sent to a UPS that is on battery
    | 'test-low-load' // data: ups, percent, least: a full test at such a load says little of the battery
    | 'mains-failed-again' // data: done, total: the waking of hosts was stopped
    | 'gate-not-open' // data: ups, seconds, missing
    | 'not-woken' // data: host, asked, seconds
    | 'host-key-unknown' // data: host, fingerprint
    | 'host-key-changed' // data: host, fingerprint
    | 'login-refused' // data: host, reason
    | 'no-common-algorithm' // data: host, reason: the two ends of SSH find no way to encrypt that both know
    | 'key-public' // a public key where the private one should be
    | 'key-putty' // a key of PuTTY, of a version that is not read
    | 'key-passphrase-missing'
    | 'key-passphrase-wrong'
    | 'key-unsupported' // data: type
    | 'key-unreadable' // data: reason
    | 'remote-command-failed'; // data: host, reason

type ErrorData = SentenceData;

/** What others say of a failure may be long, and nested: the first failure of many hosts with its own reason. */
const LONGEST_REASON = 1000;

/**
 * A failure with a code for programs and data for the sentence that people read. Never compare messages: compare `code`.
 * `message` is code and data for programs and their logs; secrets never go into `data`. Words of ours in `data` are a `Sentence`, never
 * a text in some language. Long texts are cut, see `quoted`.
 */
export class UpsError extends Error {
    readonly data: ErrorData;

    constructor(
        readonly code: UpsErrorCode,
        data: ErrorData = {},
        options?: { cause?: unknown },
    ) {
        const told = bounded(data);
        super(describe(code, told), options);
        this.data = told;
        this.name = 'UpsError';
    }
}

function bounded(data: ErrorData): ErrorData {
    const cut = (name: string, text: string) => quoted(text, name === 'value' ? undefined : LONGEST_REASON);
    const entries = Object.entries(data).map(([name, value]) => [
        name,
        typeof value === 'string' ? cut(name, value) : isPart(value) ? value : cut(name, JSON.stringify(value) ?? ''),
    ]);
    return Object.fromEntries(entries) as ErrorData;
}

function describe(code: UpsErrorCode, data: ErrorData): string {
    const details = Object.entries(data)
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => `${key} ${plainText(value)}`);
    return details.length ? `${code} (${details.join(', ')})` : code;
}

/** `error` as an UpsError: itself if it is one, else wrapped under `code` with what it says as `reason` and, if that is known, `why` (a Reason). */
export function asUpsError(error: unknown, code: UpsErrorCode, data: ErrorData = {}): UpsError {
    if (error instanceof UpsError) return error;
    const reason = failureText(error);
    const why = reasonOf(error);
    return new UpsError(code, { ...(why ? { why } : {}), ...data, reason }, { cause: error });
}

/** Why something has failed, to be told of one of many: the reason of an UpsError, or the whole sentence of its code. */
export function reasonFor(error: unknown): Told {
    const { code, data } = asUpsError(error, 'command-failed');
    const { reason } = data;
    return typeof reason === 'string' || isSentence(reason) ? reason : sentenceOf(code, data);
}

/** The whole sentence of a failure: what has failed, and what to do. */
export function sentenceOf(code: UpsErrorCode, { seconds, ...data }: SentenceData): Sentence {
    const time = typeof seconds === 'number' ? { seconds, time: { seconds: Math.abs(seconds) } } : {};
    return { key: `ups-unit.errors.${code}`, data: { ...time, ...data } };
}
