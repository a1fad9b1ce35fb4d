import { defaultMap } from './default';
import { abbNewaveMap } from './abb-newave';
import { masterguardMap } from './masterguard';
import { centielMap } from './centiel';
import { rittalPmcMap } from './rittal-pmc';
import { netminderLtMdMap } from './netminder-lt-md';
import { netminderEonMap } from './netminder-eon';
import { netminderOtherMap } from './netminder-other';
import { aegProtect3m20Map } from './aeg-protect-3m20';
import { aegProtectX31Map } from './aeg-protect-x31';
import { aegProtectX33Map } from './aeg-protect-x33';
import { powertronixMap } from './powertronix';
import { socomecMap } from './socomec';
import { mhdModularMap } from './mhd-modular';
import { borriMap } from './borri';
import { invtMap } from './invt';
import { slcAdaptXMap } from './slc-adapt-x';
import { m600Map } from './m600';
import { informMap } from './inform';
import { transferSwitchesMap } from './transfer-switches';
import { stsTumelMap } from './sts-tumel';
import { trimodMap } from './trimod';
import { everexceedMap } from './everexceed';
import type { Register, RegisterMap } from './register';

export type { Register, RegisterMap, RegisterSeries, RegisterTable } from './register';

/** All sections of the appendix, in order (CS141 manual, "Modbus addresses"). */
export const REGISTER_MAPS: readonly RegisterMap[] = [
    defaultMap,
    abbNewaveMap,
    masterguardMap,
    centielMap,
    rittalPmcMap,
    netminderLtMdMap,
    netminderEonMap,
    netminderOtherMap,
    aegProtect3m20Map,
    aegProtectX31Map,
    aegProtectX33Map,
    powertronixMap,
    socomecMap,
    mhdModularMap,
    borriMap,
    invtMap,
    slcAdaptXMap,
    m600Map,
    informMap,
    transferSwitchesMap,
    stsTumelMap,
    trimodMap,
    everexceedMap,
];

/** The map with this id. */
export function registerMap(id: string): RegisterMap | undefined {
    return REGISTER_MAPS.find((map) => map.id === id);
}

/** The rows of a map, and the rows that follow from its series; each table and address once. */
export function allRegisters(map: RegisterMap): Register[] {
    const byPlace = new Map<string, Register>();
    const place = ({ table, address }: Register) => `${table} ${address}`;
    for (const row of map.registers) byPlace.set(place(row), row);
    for (const series of map.series ?? []) {
        for (let n = 1; n <= series.count; n++) {
            for (const row of series.registers(n, map.registers)) {
                if (!byPlace.has(place(row))) byPlace.set(place(row), row);
            }
        }
    }
    return [...byPlace.values()];
}
