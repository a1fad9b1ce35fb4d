import type { StringQuantity } from '../../lib/core/batteries/model';
import { encodeFlags } from '../../lib/protocols/bacs/flags';
import {
    chargeAddress,
    FLAGS_AT,
    meaningOf,
    MODULE_WORDS,
    STRING_WORDS,
    type RegisterMeaning,
} from '../../lib/protocols/bacs/registers';
import { NOT_SUPPORTED, WORDS } from '../../lib/protocols/bacs/words';
import { EXCEPTION, ModbusException, type ModbusDevice } from '../../lib/protocols/modbus-server/device';
import { MOST_MODULES } from '../../lib/core/batteries/model';
import type { SimulatedBattery } from '../../lib/simulation/battery/simulated-battery';
import type { CardLies } from './lies';

/** What stands at an address without a meaning: an exception, or a word that says "not supported" [inferred: neither is printed]. */
export type GapsAs = 'exception' | 'unsupported';

const LAST = chargeAddress(MOST_MODULES);

/**
 * The registers of a BACS system (CS141 manual, "BACS MODBUS Parameter"). Functions 3 and 4 have the same answers. Registers of modules and strings that are
 * not there say "not supported"; reserved ones between them too; a request beyond the tables, or into a gap of them, is refused as a whole [inferred].
 */
export class BatteryRegisters implements ModbusDevice {
    constructor(
        private readonly battery: SimulatedBattery,
        private readonly lies: CardLies,
        private readonly gaps: GapsAs = 'exception',
    ) {}

    readHoldingRegisters(address: number, count: number): number[] {
        return this.read(address, count);
    }

    readInputRegisters(address: number, count: number): number[] {
        return this.read(address, count);
    }

    private read(address: number, count: number): number[] {
        const { battery, lies } = this;
        for (let at = address; at < address + count; at++)
            if (!this.isServed(at)) throw new ModbusException(EXCEPTION.illegalAddress);
        battery.catchUp();
        if (lies.garbage) return Array.from({ length: count }, () => Math.floor(Math.random() * 0x10000));
        const flags = encodeFlags(battery.monitor.flags().states);
        const counts = lies.counts(battery);
        return Array.from({ length: count }, (_, i) => {
            const meaning = meaningOf(address + i);
            return meaning ? this.word(meaning, flags, counts) : NOT_SUPPORTED;
        });
    }

    private isServed(address: number): boolean {
        if (address < FLAGS_AT || address > LAST) return false;
        return this.gaps === 'unsupported' || meaningOf(address) !== undefined || isReserved(address);
    }

    private word(
        meaning: RegisterMeaning,
        flags: ReturnType<typeof encodeFlags>,
        counts: { modules: number; strings: number },
    ): number {
        const { bank, monitor } = this.battery;
        const { measured, settings } = monitor;
        switch (meaning.what) {
            case 'flags':
                return flags[meaning.register];
            case 'strings':
            case 'modules':
                return WORDS.count.encode(counts[meaning.what]);
            case 'serial':
                return settings.serial % 0x10000;
            case 'firmware':
                return settings.firmware % 0x10000;
            case 'string': {
                const { string, field } = meaning;
                if (string > bank.layout.strings) return NOT_SUPPORTED;
                return STRING_WORDS[field].encode(valuesOf(measured, field)[string - 1]!);
            }
            case 'module': {
                const { module, field } = meaning;
                if (module > bank.layout.modules) return NOT_SUPPORTED;
                if (field === 'alarms') return monitor.moduleBits(module);
                const value = measured[field][module - 1]!;
                if (field === 'charge') return WORDS.percent.encode(value);
                // Where none was measured yet the card sends 0 [inferred from "NO impedance"].
                return field === 'impedance' && Number.isNaN(value) && !measured.lost[module - 1]
                    ? 0
                    : MODULE_WORDS[field].encode(value);
            }
            default: {
                const { inputs, outputs } = monitor.flags();
                const on = (meaning.what === 'input' ? inputs : outputs)?.[(meaning.device - 1) * 4 + meaning.port - 1];
                return on === undefined ? NOT_SUPPORTED : Number(on);
            }
        }
    }
}

function valuesOf(measured: SimulatedBattery['monitor']['measured'], field: StringQuantity): Float64Array {
    return field === 'voltage' ? measured.stringVoltage : measured[field];
}

/** Inside the five words of a string, where the tables say "reserved, do not use". */
function isReserved(address: number): boolean {
    return (address >= 1010 && address < 1060) || (address >= 2710 && address < 2740);
}
