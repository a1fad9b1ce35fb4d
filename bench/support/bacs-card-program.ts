import { SystemClock } from '../../lib/core/clock';
import { encodeFlags } from '../../lib/protocols/bacs/flags';
import {
    chargeAddress,
    MODULE_WORDS,
    moduleAddress,
    MODULES_AT,
    SERIAL_AT,
    STRING_FIELDS,
    STRING_WORDS,
    stringFieldAddress,
    STRINGS_AT,
} from '../../lib/protocols/bacs/registers';
import { NOT_SUPPORTED } from '../../lib/protocols/bacs/words';
import { ModbusTcpServer } from '../../lib/protocols/modbus-server/tcp-server';
import { machineNow } from './machine-clock';
import { serve } from './program';

/** A full BACS card over Modbus TCP, in a process of its own; see bacs-sweeps.ts. */

const words = new Uint16Array(0x10000).fill(NOT_SUPPORTED);
const server = new ModbusTcpServer({
    clock: new SystemClock(),
    units: () => ({ readHoldingRegisters: (address, count) => [...words.subarray(address, address + count)] }),
});

serve({
    async start({ modules, strings }: { modules: number; strings: number }) {
        flags('float-charging');
        words[STRINGS_AT] = strings;
        words[MODULES_AT] = modules;
        words[SERIAL_AT] = 4711;
        for (let string = 1; string <= strings; string++) {
            for (const field of STRING_FIELDS) {
                const at = stringFieldAddress(string, field);
                if (at !== undefined)
                    words[at] = STRING_WORDS[field].encode(
                        { current: 0.5, voltage: 432, average: 13.5, ripple: 0.1 }[field],
                    );
            }
        }
        const { temperature, voltage, impedance, equalizing } = MODULE_WORDS;
        for (let module = 1; module <= modules; module++) {
            words.set(
                [temperature.encode(24), voltage.encode(13.5), impedance.encode(4.5), 0, equalizing.encode(20)],
                moduleAddress(module),
            );
            words[chargeAddress(module)] = 100;
        }
        await server.start();
        return server.port;
    },
    /** Sets a flag; answers with the time just before. */
    raise({ state }: { state: string }) {
        const at = machineNow();
        flags('float-charging', state);
        return at;
    },
    requests: () => server.requests,
});

function flags(...states: string[]): void {
    for (const [register, word] of Object.entries(encodeFlags(new Set(['monitoring-started', ...states]))))
        words[Number(register)] = word;
}
