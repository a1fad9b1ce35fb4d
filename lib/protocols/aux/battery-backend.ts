import type { BatterySource } from '../../core/batteries/battery-source';
import { gxPortOf } from '../../core/batteries/gx-port';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import type { AuxBackend } from './backend';
import type { AuxPort } from './ports';

/** The ports of the GX_R_AUX modules as the monitor of a battery tells them. It cannot switch them: no public protocol of the card does. */
export class BatteryBackend implements AuxBackend {
    readonly readsBack = true;
    private unwatch: (() => void) | undefined;

    /** @param battery undefined while there is none @throws UpsError config-invalid for an address that is none */
    constructor(
        private readonly battery: () => BatterySource | undefined,
        private readonly ports: readonly Pick<AuxPort, 'address' | 'output'>[],
    ) {
        for (const { address } of ports)
            if (gxPortOf(address ?? '') === undefined)
                throw new UpsError('config-invalid', { property: 'ports', value: address ?? '' });
    }

    async read(): Promise<(boolean | undefined)[]> {
        const battery = this.battery();
        if (!battery || battery.silent) throw new UpsError('device-silent', { host: battery?.name ?? '' });
        const { inputs, outputs } = battery.view();
        return Promise.resolve(
            this.ports.map(({ address, output }) => (output ? outputs : inputs)[gxPortOf(address ?? '')!]),
        );
    }

    write(): Promise<void> {
        const device = this.battery()?.name ?? 'GX_R_AUX';
        return Promise.reject(new UpsError('not-supported', { device, command: said('command.gxOutput') }));
    }

    onChange(listener: () => void): void {
        this.unwatch?.();
        this.unwatch = this.battery()?.watch(({ kind }) => {
            if (kind === 'flags') listener();
        });
    }

    close(): Promise<void> {
        this.unwatch?.();
        this.unwatch = undefined;
        return Promise.resolve();
    }
}
