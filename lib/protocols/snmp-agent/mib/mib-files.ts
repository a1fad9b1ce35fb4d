import { BACS_MODULE } from './bacs-module';
import { mibText, nameOfInstance } from './mib-text';
import { UPS_MODULE } from './ups-module';

const MODULES = [UPS_MODULE, BACS_MODULE];

/** The names of the files. */
export const MIB_FILES: readonly string[] = MODULES.map(({ name }) => name);

/** The text of a file; undefined: there is none of this name. */
export function mibFile(name: string): string | undefined {
    const module = MODULES.find((each) => each.name === name);
    return module && mibText(module);
}

/** The name of an instance as the files have it, e.g. `upsShutdownAfterDelay.0`; else its numbers. */
export function instanceName(oid: string): string {
    for (const module of MODULES) {
        const name = nameOfInstance(module, oid);
        if (name !== undefined) return name;
    }
    return oid;
}
