import { u, type RegisterMap } from './register';
import { EVEREXCEED_STATUS } from './status-bits';

export const everexceedMap: RegisterMap = {
    id: 'everexceed',
    title: 'EverExceed inverter',
    section: 'Section: EverExceed Inverter',
    kind: 'ups',
    registers: [
        u(100, 'TEMPDEG', 'temperature.ups'),
        u(101, 'INFREQ0', 'input.1.frequency'),
        u(102, 'INVOLT0', 'input.1.voltage'),
        u(103, 'OUTFREQ0', 'output.1.frequency'),
        u(104, 'OUTPUT_VOLT0', 'output.1.voltage'),
        u(105, 'EX_OUT_VA0', 'output.1.apparentPower'),
        u(106, 'STATUS', 'status', { bits: EVEREXCEED_STATUS }),
        u(107, 'EX_EXTSTATUS', 'value.alarm information'),
        u(108, 'STATUS&1', 'alarm.on-bypass'),
        u(109, '(STATUS&0x02)>>2', 'flag.output active', {
            note: 'printed so that it always reads 0; the status word tells',
        }),
        u(110, '(STATUS&0x100)>>8', 'alarm.output-overload'),
        u(111, '(STATUS&0x2000)>>13', 'alarm.general-fault'),
    ],
};
