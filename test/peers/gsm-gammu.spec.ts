import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SystemClock } from '../../lib/core/clock';
import { MemoryJournal } from '../../lib/core/journal/memory-journal';
import { GsmModem } from '../../lib/protocols/gsm/modem';
import { planSms } from '../../lib/core/sms/parts';
import { encodeSubmit } from '../../lib/protocols/gsm/pdu';
import { JournalPinMemory } from '../../lib/protocols/gsm/pin-memory';
import { SerialModemTransport } from '../../lib/protocols/gsm/transport';
import { ModemServer } from '../../simulators/gsm-modem/server';
import { eventually } from '../support/eventually';
import { requirePeer } from '../support/peers';

const run = promisify(execFile);
const NUMBER = '+491761234567';

describe('GSM modem: gammu, at a pseudo-terminal of socat', function () {
    this.timeout(60_000);
    let gammu: string;
    let socat: string;
    let directory: string;
    let pty: string;
    let server: ModemServer;

    before(function () {
        gammu = requirePeer(this, 'gammu');
        socat = requirePeer(this, 'socat');
    });
    beforeEach(async () => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-gsm-'));
        pty = join(directory, 'modem');
        writeFileSync(join(directory, 'gammurc'), `[gammu]\ndevice=${pty}\nconnection=at\n`);
        server = await new ModemServer({ csq: 20 }).listen();
        server.openPty(pty, socat);
        await eventually(() => existsSync(pty), 10_000);
    });
    afterEach(async () => {
        await server?.close();
        if (directory) rmSync(directory, { recursive: true, force: true });
    });

    const ask = async (...args: string[]) =>
        (await run(gammu, ['-c', join(directory, 'gammurc'), ...args], { timeout: 30_000 })).stdout;

    it('identifies our simulated modem and reads its signal', async () => {
        const identity = await ask('identify');
        assert.match(identity, /Manufacturer\s*: Ridethrough/);
        assert.match(identity, /IMEI\s*: 490154203237518/);
        // It does not end the monitor as it began it; what counts is what it shows.
        const shown = await ask('monitor', '1').catch((error: { stdout: string }) => error.stdout);
        assert.match(shown, /Signal strength\s*: -73 dBm/);
    });

    for (const [what, text, flags] of [
        ['a short message', 'Mains failed on UPS 1', []],
        ['a long one with characters of the extension table', `${'Mains [failed] '.repeat(12)}5 €`, []],
        ['a long one in UCS-2', 'Сеть пропала 😀 '.repeat(9).trim(), ['-unicode']],
    ] as const) {
        it(`encodes ${what} as we do, byte by byte, and our simulated modem understands it`, async () => {
            await ask('sendsms', 'TEXT', NUMBER, '-autolen', '1000', ...flags, '-text', text);
            const { sent } = server.modem;
            assert.equal(sent.map((sms) => sms.text).join(''), text);
            const { parts } = planSms(text, 255);
            const ours = parts.map((part) => encodeSubmit(NUMBER, part, sent[0]!.concatenated?.reference ?? 0).hex);
            assert.deepEqual(
                ours.map(comparable),
                sent.map(({ raw }) => comparable(raw)),
            );
        });
    }

    it('and ours sends through the same terminal', async () => {
        const modem = new GsmModem({
            transport: new SerialModemTransport(pty, 115_200),
            clock: new SystemClock(),
            settings: { mode: 'auto', serviceCentre: '', pin: '' },
            pinMemory: new JournalPinMemory(
                () => [new MemoryJournal()],
                'm',
                () => true,
            ),
            onState: () => {},
        });
        modem.open();
        try {
            for (const part of planSms('Сеть пропала '.repeat(9), 9).parts)
                await modem.submit({ to: NUMBER, part, reference: 9 }, 20_000);
        } finally {
            await modem.close();
        }
        assert.equal(server.modem.sent.map(({ text }) => text).join(''), 'Сеть пропала '.repeat(9).trim());
    });
});

/** Without the service centre's address, the reference and the validity, which are each sender's own choice. */
function comparable(hex: string): string {
    const pdu = hex
        .trim()
        .slice(2 + 2 * Number.parseInt(hex.slice(0, 2), 16))
        .toUpperCase();
    const address = 4 + 4 + 2 * Math.ceil(Number.parseInt(pdu.slice(4, 6), 16) / 2);
    return `${pdu.slice(0, 2)} ${pdu.slice(4, address + 4)} ${pdu.slice(address + 6)}`;
}
