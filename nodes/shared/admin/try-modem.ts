import { randomInt } from 'node:crypto';
import type { NodeAPI } from 'node-red';
import type { Clock } from '../../../lib/core/clock';
import { UpsError } from '../../../lib/core/errors';
import { readLeniently, readSettings } from '../../../lib/core/settings';
import { settings, withoutSeparators } from '../../config/ups-modem.settings';
import { GsmModem, type ModemState } from '../../../lib/protocols/gsm/modem';
import { planSms } from '../../../lib/core/sms/parts';
import { JournalPinMemory } from '../../../lib/protocols/gsm/pin-memory';
import { parseRecipients } from '../../../lib/protocols/gsm/recipients';
import { modemTransport, type ModemPlace, type ModemSettings } from '../../../lib/protocols/gsm/settings';
import { flowOf } from '../runtime/flow-of';
import { signalPercent, type UpsModemNode } from '../config/modem';
import { statusText } from '../words/texts';
import { sameSettings, usesPort } from '../device/try-device';
import { inUse, type TryRequest, type TryResult } from './try-now';

const SEND_MS = 60_000;

/** Handles **Read now** and, with a number, **Send test**: with the running modem if it has the same settings, or else by opening the port. */
export async function tryModem(RED: NodeAPI, request: TryRequest): Promise<TryResult> {
    const { id } = request;
    const { config } = request;
    const own = RED.nodes.getNode(id) as UpsModemNode | null;
    const running = own?.running?.();
    if (running && own && !request.isTyped && sameSettings(own.config, config)) {
        return work(RED, running, request);
    }
    const typed = readSettings(settings, config, request.credentials);
    const transport = modemTransport(typed);
    // A wrong PIN that was refused is not entered again: three of them lock the SIM.
    const pinMemory = new JournalPinMemory(
        () => flowOf(RED).registry.journals(),
        id,
        () => flowOf(RED).registry.sites().length > 0,
    );
    if (portTaken(RED, typed)) throw inUse(transport.name);
    const modem = new GsmModem({
        transport,
        settings: modemSettings(typed),
        clock: flowOf(RED).clock,
        pinMemory,
        onState: () => {},
    });
    modem.open();
    try {
        return await work(RED, modem, request);
    } finally {
        await modem.close();
    }
}

/** The settings of a modem that concern its SIM. */
export function modemSettings({ mode, serviceCentre, pin }: ModemSettings): ModemSettings {
    return { mode, serviceCentre: withoutSeparators(serviceCentre), pin };
}

function portTaken(RED: NodeAPI, wanted: ModemPlace): boolean {
    const place = placeOf(wanted);
    let taken = wanted.transport === 'serial' && usesPort(RED, wanted.path);
    RED.nodes.eachNode((node) => {
        if ((node.type as string) !== 'ups-modem') return;
        const other = RED.nodes.getNode(node.id) as UpsModemNode | null;
        if (other?.running?.()) taken ||= placeOf(readLeniently(settings, other.config)) === place;
    });
    return taken;
}

function placeOf({ transport, path, host, port }: ModemPlace): string {
    return transport === 'tcp' ? `${host}:${port}` : path;
}

async function work(RED: NodeAPI, modem: GsmModem, { ask: { to }, words, signal }: TryRequest): Promise<TryResult> {
    const reading = await ready(flowOf(RED).clock, modem, signal);
    const { signalDbm, registration } = reading;
    const rows = [
        { key: 'signal', value: signalDbm === undefined ? null : signalPercent(signalDbm) },
        { key: 'network', value: registration },
    ];
    if (to === undefined) return { rows };
    const recipients = parseRecipients(to);
    const [part] = planSms(statusText(RED, 'testSms'), 1).parts;
    for (const recipient of recipients) {
        await modem.submit({ to: recipient, part: part!, reference: randomInt(256) }, SEND_MS, signal);
    }
    return { rows, text: statusText(words, 'testSent', { to: recipients.join(', ') }) };
}

const LOOK_MS = 200;
const READY_MS = 30_000;

type Reading = Extract<ModemState, { state: 'ready' }>['reading'];

/** Waits until the modem is ready. @throws UpsError why it is not */
async function ready(clock: Clock, modem: GsmModem, signal: AbortSignal): Promise<Reading> {
    for (let left = READY_MS; left > 0; left -= LOOK_MS) {
        const { state } = modem;
        if (state.state === 'ready' || state.state === 'sending') return state.reading;
        if (state.state === 'waiting') throw state.error;
        if (signal.aborted) throw new UpsError('interrupted');
        await new Promise<void>((resolve) => clock.setTimeout(resolve, LOOK_MS));
    }
    throw new UpsError('device-silent', { host: 'modem', why: 'line-silent' });
}
