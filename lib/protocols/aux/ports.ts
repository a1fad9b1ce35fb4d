import { UpsError } from '../../core/errors';
import { said, type Told } from '../../core/language/sentence';

/** One port of a relay module (CS141 manual, "CON_AUX4 and CON_R_AUX4"). */
export interface AuxPort {
    name: string;
    /** A relay that can be switched; otherwise an input. */
    output?: boolean;
    /** Normally closed: while the contact is closed, an output is off and an input inactive. */
    nc?: boolean;
    /** The output is switched on when the process starts, after `powerUpDelay` seconds; otherwise it keeps its state. */
    powerUp?: boolean;
    powerUpDelay?: number;
    /** Address in the backend: coil or input number, GPIO line, SNMP object. Default: the position in the list. */
    address?: string;
    /** SNMP: values for a closed and an open contact, e.g. `1/2`. Default: `1/0`, for short names only. */
    values?: string;
}

const MOST_PORTS = 256;
const LONGEST_DELAY_S = 86_400;

/** @throws UpsError config-missing, config-invalid */
export function assertPorts(ports: readonly AuxPort[]): void {
    if (ports.length === 0) throw new UpsError('config-missing', { property: 'ports' });
    const wrong = (value: unknown, expected: Told): never => {
        throw new UpsError('config-invalid', { property: 'ports', value: String(value), expected });
    };
    if (ports.length > MOST_PORTS) wrong(ports.length, said('expected.atMostPorts', { most: MOST_PORTS }));
    const names = new Set<string>();
    for (const { name, powerUpDelay = 0 } of ports) {
        if (!name?.trim()) wrong(name, said('expected.nameForEachPort'));
        if (names.has(name)) wrong(name, said('expected.eachNameOnce'));
        names.add(name);
        if (!(powerUpDelay >= 0 && powerUpDelay <= LONGEST_DELAY_S)) wrong(powerUpDelay, `0 to ${LONGEST_DELAY_S} s`);
    }
}
