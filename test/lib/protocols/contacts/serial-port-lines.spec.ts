import assert from 'node:assert/strict';
import { SerialPortMock, type SerialPort } from 'serialport';
import { SerialInput } from '../../../../lib/protocols/contacts/serial-input';
import { SerialPortLines } from '../../../../lib/protocols/contacts/serial-port-lines';

const PATH = '/dev/mock0';

describe('contacts at the modem signals of a serial port', () => {
    const opened: SerialPortMock[] = [];
    const sets: object[] = [];

    class Port extends SerialPortMock {
        constructor(options: ConstructorParameters<typeof SerialPortMock>[0]) {
            super(options);
            opened.push(this);
        }

        override set(...args: Parameters<SerialPortMock['set']>): void {
            sets.push(args[0]);
            super.set(...args);
        }

        override get(
            callback: (error: Error | null, status?: { cts: boolean; dsr: boolean; dcd: boolean }) => void,
        ): void {
            // By hand, so that each line is told from the others.
            if (signals) callback(null, signals);
            else callback(new Error('gone'));
        }
    }
    let signals: { cts: boolean; dsr: boolean; dcd: boolean } | undefined;

    const make = (dtr: 'unchanged' | 'off' = 'unchanged') =>
        new SerialPortLines({ path: PATH, dtr, rts: 'unchanged' }, Port as unknown as typeof SerialPort);

    beforeEach(() => {
        opened.length = sets.length = 0;
        signals = { cts: true, dsr: false, dcd: true };
        SerialPortMock.binding.reset();
        SerialPortMock.binding.createPort(PATH);
    });

    it('tells each line, over one open port', async () => {
        const lines = make();
        const input = new SerialInput(PATH, lines);
        assert.deepEqual(Object.fromEntries(await input.read()), { CTS: true, DCD: true, DSR: false });
        signals = { cts: false, dsr: true, dcd: false };
        assert.deepEqual(Object.fromEntries(await input.read()), { CTS: false, DCD: false, DSR: true });
        assert.equal(opened.length, 1);
        assert.deepEqual(sets, [], 'the output lines are left alone');
        await input.close();
        assert.equal(opened[0]?.isOpen, false);
    });

    it('sets DTR and RTS where told so', async () => {
        const lines = make('off');
        await lines.get();
        assert.deepEqual(sets, [{ dtr: false, rts: true }]);
        await lines.close();
    });

    it('opens the port anew after a failure', async () => {
        const lines = make();
        await lines.get();
        signals = undefined;
        await assert.rejects(lines.get(), { code: 'device-refused' });
        signals = { cts: true, dsr: true, dcd: true };
        assert.deepEqual(await lines.get(), { CTS: true, DCD: true, DSR: true });
        assert.equal(opened.length, 2);
        await lines.close();
        await lines.close();
    });
});
