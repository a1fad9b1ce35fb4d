import {
    eachText,
    isPart,
    isSentence,
    plainText,
    failureText,
    type Sentence,
    type SentenceData,
    type Told,
} from './language/sentence';
import { quoted, shown } from './quote';
import { reasonOf } from './reasons';

/** The codes of all failures of Ridethrough; the node translates them as `errors.<code>`. */
export type UpsErrorCode =
    | 'config-missing' // data: property
    | 'config-invalid' // data: property, value, expected
    | 'payload-unknown' // data: value, expected: the message means neither on nor off
    | 'not-supported' // data: device, command: the device cannot do it
    | 'device-silent' // data: host, why, reason: no answer in time
    | 'only-echo' // data: host: the serial adapter returns our own bytes, and no device answers
    | 'device-refused' // data: host, reason, why: the device answered, and refused
    | 'no-such-state' // data: channel, state, states: the channel never has this state
    | 'outages-unseen' // data: host, map: the device is read, but no value of it would show an outage
    | 'debounce-too-short' // data: host, ms, debounce: contacts are read every ms milliseconds, which is too rare for a debounce time of debounce ms
    | 'access-denied' // data: host: wrong community, user or key
    | 'protocol' // data: reason: an answer that breaks the protocol
    | 'file-refused' // data: fault, line, reason: a file is refused as a whole, nothing of it is used
    | 'out-of-range' // data: property, value, min, max
    | 'setting-refused' // data: property, reason: the present state of the device does not allow this value; nothing was sent
    | 'no-device' // data: ups: no device node feeds this unit
    | 'ups-silent' // data: ups, code, host, why, reason: device nodes feed this unit, and none of them gets an answer now
    | 'module-faulty' // data: module: the settings of the module are wrong; its own error says what is wrong
    | 'state-unknown' // data: ups, outlet: a pulse needs the state of the outlet before, and the device does not tell it; nothing was sent
    | 'equalizing-stays' // data: battery, state: the monitor takes a pause of the equalizing, or its end, and the equalizing is still on or off
    | 'outlet-stays' // data: ups, outlet, state: the device takes the end of a pulse, and does not do it
    | 'not-a-number' // data: property, value: the value is not a number
    | 'unit-differs' // data: channel, unit, expected: a channel comes in another unit than a sensor is set to
    | 'channel-no-number' // data: channel, value: a channel tells a state, and a sensor needs a number
    | 'no-channel' // data: channel, known: the device tells no such channel; known: those that it tells
    | 'reading-out-of-range' // data: value: a reading is outside of the range of its sensor
    | 'only-deployed' // only a deployed node can do this test: a test from the dialog would already switch something
    | 'busy-elsewhere' // data: place: a deployed node uses the port with other settings
    | 'port-in-use' // data: port, address
    | 'port-forbidden' // data: port
    | 'store-in-use' // data: file
    | 'store-damaged' // data: file, keptAs
    | 'cut-short' // data: time: a job was interrupted, and nothing continues it
    | 'store-no-locks' // data: file: the file system refuses locks
    | 'series-damaged' // data: file, quantity, at: values that cannot be read any more
    | 'store-moved' // data: file, again: somebody moved or deleted the file; `again`: whether it was created again
    | 'store-failed' // data: file, reason
    | 'sim-locked' // data: host, reason: the SIM needs a PIN, a PUK or a person
    | 'host-unreachable' // data: host, reason
    | 'certificate-refused' // data: host, reason: the certificate is expired, not trusted, or for another host
    | 'certificate-time' // data: host, time: the certificate is not valid at the time of our clock, and our clock may be wrong
    | 'hosts-failed' // data: failed, total, first
    | 'recipients-failed' // data: failed, total, first
    | 'mail-refused' // data: reason
    | 'mail-unreachable' // data: host, reason
    | 'mail-busy' // data: host, reason: the server says that it will accept the mail later
    | 'mail-login-refused' // data: host, reason
    | 'mail-basic-off' // data: host, reason: the server accepts no passwords
    | 'mail-app-password' // data: host, reason: the server accepts only a password that was made for programs
    | 'mail-sender-refused' // data: host, reason: this account may not send as this sender
    | 'mail-account-blocked' // data: host, reason: a limit is reached, or sending is switched off for this account
    | 'mail-utf8' // data: host, address: this server does not support the characters of the sender's address
    | 'mail-token-refused' // data: host, reason: the refresh token is invalid or has expired
    | 'mail-client-refused' // data: host, reason: the token server does not accept client id, secret or scope
    | 'mail-token-unreachable' // data: host, reason
    | 'mail-token-address' // data: url, reason: the server at this address is not a token server
    | 'mail-no-oauth' // data: host, reason: the mail server offers no XOAUTH2
    | 'call-unanswered' // data: host, reason: no answer to a remote call
    | 'call-unsigned' // data: host: the reply is not signed with our secret
    | 'call-refused' // data: host, reason
    | 'clock-skew' // data: host, seconds: our clock minus that of the host
    | 'command-not-allowed' // data: command
    | 'command-failed' // data: command, reason
    | 'interrupted' // data: since
    | 'event-over' // data: done, total: `done` of `total` hosts had been served when the event ended
    | 'on-mains' // data: ups: a battery level shuts down no host while the UPS is on mains
    | 'superseded' // data: done, total: a repeat has replaced a job that was still trying
    | 'test-on-battery' // data: ups: a UPS on battery gets no test command
    | 'test-low-load' // data: ups, percent, least: the load is too low for a full test to show the state of the battery
    | 'aborted' // data: done, total: a person has aborted the job
    | 'no-step' // the plan has no such step (any more): its event has ended, or the flow was changed
    | 'step-has-run' // data: job: it cannot be held, skipped or fired any more in this episode
    | 'step-not-held' // data: job
    | 'step-not-running' // data: job: nothing to abort
    | 'step-counter-job' // data: job: a counter job always runs, so that nobody stays shut down; only one that has failed may be run again
    | 'step-unsettled' // data: job: the state of its event is not confirmed yet after a restart
    | 'no-site' // data: site
    | 'watching-elsewhere' // data: site: another process does the work of the site
    | 'in-maintenance' // data: who, time: a job without an event cannot wait for the end of the maintenance
    | 'maintenance-past' // data: time: the end of a maintenance must be in the future
    | 'maintenance-too-long' // data: days: a forgotten maintenance must not hold shutdowns for ever
    | 'no-alarm' // the alarm has ended and was acknowledged, or never existed
    | 'mains-failed-again' // data: done, total: the job stopped to wake hosts, because the mains failed again
    | 'gate-not-open' // data: ups, seconds, missing
    | 'not-woken' // data: host, asked, seconds
    | 'host-key-unknown' // data: host, fingerprint
    | 'host-key-changed' // data: host, fingerprint
    | 'login-refused' // data: host, reason
    | 'no-common-algorithm' // data: host, reason: client and server have no SSH algorithm in common
    | 'key-public' // the key is a public key; a private key is needed
    | 'key-putty' // a PuTTY key of a version that is not supported
    | 'key-passphrase-missing'
    | 'key-passphrase-wrong'
    | 'key-unsupported' // data: type
    | 'key-unreadable' // data: reason
    | 'remote-command-failed'; // data: host, reason

type ErrorData = SentenceData;

/** Limit for a reason from outside, characters. It may be long and nested: the first failure of many hosts contains its own reason. */
const LONGEST_REASON = 1000;

/**
 * A failure: `code` is for programs, `data` is for the sentence that people read. Compare `code`, never messages. `message` is code and
 * data, for programs and their logs. `data` never contains secrets. A text of ours in `data` is a `Sentence`, so that it can be translated.
 * Long texts are cut, see `quoted`.
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
        typeof value === 'string'
            ? cut(name, value)
            : isPart(value)
              ? eachText(value, (text) => quoted(text, LONGEST_REASON))
              : shown(value),
    ]);
    return Object.fromEntries(entries) as ErrorData;
}

function describe(code: UpsErrorCode, data: ErrorData): string {
    // For programs a setting has its property, not the label that people see.
    const details = Object.entries(data)
        .filter(([key, value]) => value !== undefined && key !== 'field')
        .map(([key, value]) => `${key} ${plainText(value)}`);
    return details.length ? `${code} (${details.join(', ')})` : code;
}

/**
 * Converts any error to an UpsError. An UpsError is returned as it is; any other error gets `code`, its message as `reason` and, if it is
 * known, `why` (a Reason).
 */
export function asUpsError(error: unknown, code: UpsErrorCode, data: ErrorData = {}): UpsError {
    if (error instanceof UpsError) return error;
    const reason = failureText(error);
    const why = reasonOf(error);
    return new UpsError(code, { ...(why ? { why } : {}), ...data, reason }, { cause: error });
}

/** The reason of one failure among many: the reason of an UpsError, or the whole sentence of its code. */
export function reasonFor(error: unknown): Told {
    const { code, data } = asUpsError(error, 'command-failed');
    const { reason, sentence } = data;
    if (reason === undefined && isSentence(sentence)) return sentence;
    return typeof reason === 'string' || isSentence(reason) ? reason : sentenceOf(code, data);
}

/** The whole sentence of a failure: what failed, and what a person can do. */
export function sentenceOf(code: UpsErrorCode, { seconds, field, ...data }: SentenceData): Sentence {
    const time = typeof seconds === 'number' ? { seconds, time: { seconds: Math.abs(seconds) } } : {};
    return { key: `ups-unit.errors.${code}`, data: { ...time, ...data, ...(field ? { property: field } : {}) } };
}
