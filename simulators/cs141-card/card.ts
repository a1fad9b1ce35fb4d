import { EventEmitter } from 'node:events';
import { UpsError } from '../../lib/core/errors';
import { REGISTER_MAPS, registerMap } from '../../lib/protocols/cs141/maps';
import type { CardData } from '../../lib/protocols/cs141/served/card-values';
import { RegisterImage, type UnknownAs } from '../../lib/protocols/cs141/served/register-image';
import type { ModbusFaults } from '../../lib/protocols/modbus-server/faults';
import type { SimulatedUps } from '../../lib/simulation/simulated-ups';
import { ModbusEndpoint, type ModbusEndpointOptions } from '../shared/modbus-endpoint';
import { servedReading } from './served-reading';
import { newSite, type Site } from './site';
import { valueTable } from './value-table';
import { Cs141Web, type Cs141WebOptions } from './web';

export interface Cs141CardOptions extends Pick<ModbusEndpointOptions, 'clock' | 'unitId' | 'tcp' | 'rtu'> {
    ups: SimulatedUps;
    /** Id of one of the 23 maps of the CS141 manual. Default `default`. */
    map?: string;
    unknownAs?: UnknownAs;
    /** Addresses that this card lacks. */
    missing?: Iterable<number>;
    /** Serves the report over HTTP. Default: no. */
    web?: Pick<Cs141WebOptions, 'port' | 'address' | 'user' | 'password' | 'oneLogin'>;
}

export interface Cs141CardEvents {
    /** A coil was written. */
    coil: [{ means: string; on: boolean }];
    /** A client was refused. */
    refused: [{ client: string; reason: string }];
    /** An internal error; the request was answered with exception 4. */
    failure: [unknown];
    /** The serial line was closed. */
    lineClosed: [];
}

/**
 * A CS141 with a simulated UPS: Modbus with any of its maps, over TCP, a serial line or both, and the report over HTTP. Each
 * request reads current values.
 */
export class Cs141Card extends EventEmitter<Cs141CardEvents> {
    readonly ups: SimulatedUps;
    /** Sensors and ports of the card; they can be changed at any time. */
    readonly site: Site = newSite();
    readonly endpoint: ModbusEndpoint;
    readonly web?: Cs141Web;
    readonly image: RegisterImage;

    /** @throws UpsError config-invalid for an unknown map */
    constructor(options: Cs141CardOptions) {
        super();
        const { ups, clock, map: id = 'default', unknownAs, missing = [], unitId, tcp, rtu, web } = options;
        const map = registerMap(id);
        if (!map) {
            const expected = REGISTER_MAPS.map((known) => known.id).join(', ');
            throw new UpsError('config-invalid', { property: 'map', value: id, expected });
        }
        this.ups = ups;
        this.image = new RegisterImage({
            map,
            unknownAs,
            missing: new Set(missing),
            knowledge: () => this.knowledge(),
            onCoil: (means, on) => this.handleCoil(means, on),
        });
        this.endpoint = new ModbusEndpoint({ clock, device: this.image, unitId, tcp, rtu });
        this.endpoint.on('refused', (refused) => this.emit('refused', refused));
        this.endpoint.on('failure', (error) => this.emit('failure', error));
        this.endpoint.on('lineClosed', () => this.emit('lineClosed'));
        if (web) {
            const { faults } = this.endpoint;
            this.web = new Cs141Web({ ...web, clock, faults, values: () => valueTable(this.ups.reading(), this.site) });
        }
    }

    get faults(): ModbusFaults {
        return this.endpoint.faults;
    }

    /** @throws UpsError port-in-use, port-forbidden, host-unreachable */
    async start(): Promise<void> {
        await this.endpoint.start();
        try {
            await this.web?.start();
        } catch (error) {
            await this.endpoint.stop();
            throw error;
        }
    }

    /** Idempotent. The UPS keeps running. */
    async stop(): Promise<void> {
        await this.endpoint.stop();
        await this.web?.stop();
    }

    private knowledge(): CardData {
        const ups = servedReading(this.ups.reading());
        return { ups, ports: this.site, powerFactor: this.ups.nameplate.powerFactor };
    }

    /** RITTAL's coils (CS141 manual, "Section OEM: RITTAL PMC Extension"). They act at once, according to their names [inferred]. */
    private handleCoil(means: string, on: boolean): void {
        if (on && means === 'control.turn on') this.ups.execute({ type: 'startup', seconds: 0 });
        if (on && means === 'control.shut down') this.ups.execute({ type: 'shutdown', seconds: 0, scope: 'output' });
        this.emit('coil', { means, on });
    }
}
