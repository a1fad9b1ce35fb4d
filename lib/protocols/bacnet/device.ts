import { createHash } from 'node:crypto';
import type { Clock } from '../../core/clock';
import { LONGEST_APDU, RETRIES } from './apdu';
import { ANY_INSTANCE, Confirmed, idNumber, ObjectType, Property, SupportedBit, type ObjectId } from './codes';
import { isPoint, tableOf, type BacnetObject, type Point, type PropertyTable } from './object';
import type { BacnetServing } from './serving';
import { bits, enumerated, text, unsigned, type Encode } from './tag-writer';
import { UpsObjects, type KnownObjects } from './ups-objects';

/** ANSI/ASHRAE 135-2012. */
const PROTOCOL_REVISION = 14;
/** How many services and kinds of objects this revision has, bits. */
const SERVICES = 41;
const OBJECT_TYPES = 55;
export const VENDOR_NAME = 'Ridethrough';
/** New values of UPSs are looked for in the lists of objects, ms. */
const LEARN_MS = 1000;

/** Of a UPS, in names of objects, characters: an I-Have with it must fit into one APDU. */
const LONGEST_NAME = 100;

const KEPT = 'objects';

/** What the Device object tells of subscriptions. */
export interface DeviceParts {
    subscriptions(): Encode;
}

/** The Device object (clause 12.11) and all objects beside it. */
export class Device implements BacnetObject {
    private static readonly TABLE: PropertyTable<Device> = deviceTable();
    readonly table: BacnetObject['table'] = Device.TABLE;
    private readonly upses = new Map<number, UpsObjects>();
    private readonly byId = new Map<number, BacnetObject>();
    private readonly byName = new Map<string, BacnetObject>();
    private identifiers: readonly Encode[] = [];
    private revision = 1;
    private signature = '';
    private learnedAt = -Infinity;

    constructor(
        private readonly clock: Clock,
        public serving: BacnetServing,
        readonly parts: DeviceParts,
    ) {
        this.serve(serving);
    }

    /** From now on it serves this. */
    serve(serving: BacnetServing): void {
        this.serving = serving;
        const kept = readKept(serving.kept(KEPT));
        if (this.signature === '') ({ revision: this.revision, signature: this.signature } = kept);
        for (const number of this.upses.keys()) if (!serving.numbers.includes(number)) this.upses.delete(number);
        for (const number of serving.numbers) {
            const known = this.upses.get(number);
            if (known) known.serve(serving);
            else this.upses.set(number, new UpsObjects(number, serving, kept.upses[number]));
        }
        this.learn(true);
        if (kept.signature !== this.signature) this.keep();
    }

    get id(): ObjectId {
        return { type: ObjectType.device, instance: this.serving.deviceId };
    }

    get name(): string {
        return this.serving.deviceName;
    }

    get databaseRevision(): number {
        return this.revision;
    }

    /** The list of objects, this one first. */
    get objectList(): readonly Encode[] {
        this.learnSometimes();
        return this.identifiers;
    }

    /** An object; the instance 4194303 of a Device means this one (clause 12.1). */
    find(id: ObjectId): BacnetObject | undefined {
        if (id.type === ObjectType.device) {
            return id.instance === ANY_INSTANCE || id.instance === this.serving.deviceId ? this : undefined;
        }
        const found = this.byId.get(idNumber(id));
        if (found) return found;
        this.learnSometimes();
        return this.byId.get(idNumber(id));
    }

    findPoint(id: ObjectId): Point | undefined {
        const found = this.find(id);
        return found && isPoint(found) ? found : undefined;
    }

    findNamed(name: string): BacnetObject | undefined {
        if (name === this.name) return this;
        this.learnSometimes();
        return this.byName.get(name);
    }

    /** Takes notice of what its UPSs tell by now. @param isOther they may be others */
    private learn(isOther = false): void {
        this.learnedAt = this.clock.monotonic();
        let isChanged = this.nameAll() || isOther;
        for (const ups of this.upses.values()) isChanged = ups.learn() || isChanged;
        if (isChanged) this.list();
    }

    private learnSometimes(): void {
        if (this.clock.monotonic() - this.learnedAt >= LEARN_MS) this.learn();
    }

    /** @returns whether one is called otherwise than before */
    private nameAll(): boolean {
        const taken = new Set<string>();
        let isOther = false;
        for (const ups of this.upses.values()) {
            const told = ups.served()?.name ?? (ups.label || `UPS ${ups.number}`);
            // Counted in whole characters; two code units make one at most.
            let name = [...told.slice(0, 2 * LONGEST_NAME)].slice(0, LONGEST_NAME).join('');
            while (taken.has(name)) name += ` (${ups.number})`;
            taken.add(name);
            if (ups.label !== name) isOther = true;
            ups.label = name;
        }
        return isOther;
    }

    /** Database_Revision counts changes of objects and of their names, over restarts. */
    private list(): void {
        const points = [...this.upses.values()].flatMap((ups) => ups.points);
        this.byId.clear();
        for (const point of points) this.byId.set(idNumber(point.id), point);
        this.identifiers = [this, ...points].map(
            (object): Encode =>
                (to) =>
                    to.objectId(object.id),
        );
        const hash = createHash('sha256').update(this.name);
        this.byName.clear();
        for (const point of points) {
            const { id, name } = point;
            this.byName.set(name, point);
            hash.update(`${idNumber(id)} ${name}\n`);
        }
        const signature = hash.digest('base64');
        if (signature === this.signature) return;
        if (this.signature !== '') this.revision++;
        this.signature = signature;
        this.keep();
    }

    private keep(): void {
        const upses = Object.fromEntries([...this.upses].map(([number, ups]) => [number, ups.kept]));
        this.serving.keep(KEPT, { revision: this.revision, signature: this.signature, upses });
    }
}

interface Kept {
    revision: number;
    signature: string;
    upses: Record<number, KnownObjects>;
}

/** What the journal has, whoever may have changed it. */
function readKept(kept: unknown): Kept {
    const { revision, signature, upses } = (kept ?? {}) as Partial<Kept>;
    const offsets = (told: unknown) => (Array.isArray(told) ? told.filter((each) => Number.isInteger(each)) : []);
    return {
        revision: Number.isInteger(revision) && revision! >= 1 ? revision! : 1,
        signature: typeof signature === 'string' ? signature : '',
        upses: Object.fromEntries(
            Object.entries(upses ?? {}).map(([number, known]) => [
                number,
                {
                    unit: String(known?.unit ?? ''),
                    name: String(known?.name ?? ''),
                    measures: offsets(known?.measures),
                    commands: offsets(known?.commands),
                },
            ]),
        ),
    };
}

const flags = (length: number, set: readonly number[]): Encode =>
    bits(Array.from({ length }, (_, index) => set.includes(index)));

function deviceTable(): PropertyTable<Device> {
    const required = (read: (of: Device) => Encode) => ({ required: true, read });
    const optional = (read: (of: Device) => Encode) => ({ required: false, read });
    return tableOf<Device>([
        // Operational.
        [Property.systemStatus, required(() => enumerated(0))],
        [Property.vendorName, required(() => text(VENDOR_NAME))],
        [Property.vendorIdentifier, required(({ serving }) => unsigned(serving.vendorId))],
        [Property.modelName, required(({ serving }) => text(serving.modelName))],
        [Property.firmwareRevision, required(({ serving }) => text(serving.version))],
        [Property.applicationSoftwareVersion, required(({ serving }) => text(serving.version))],
        [Property.location, optional(({ serving }) => text(serving.location))],
        [Property.description, optional(({ serving }) => text(serving.description))],
        [Property.protocolVersion, required(() => unsigned(1))],
        [Property.protocolRevision, required(() => unsigned(PROTOCOL_REVISION))],
        [Property.protocolServicesSupported, required(({ serving }) => flags(SERVICES, servicesOf(serving)))],
        [Property.protocolObjectTypesSupported, required(() => flags(OBJECT_TYPES, Object.values(ObjectType)))],
        [Property.objectList, { required: true, array: ({ objectList }) => objectList }],
        [Property.maxApduLengthAccepted, required(() => unsigned(LONGEST_APDU))],
        // Segmented transmit: answers only; requests of several segments are not taken.
        [Property.segmentationSupported, required(() => enumerated(1))],
        [Property.maxSegmentsAccepted, optional(() => unsigned(1))],
        [Property.apduSegmentTimeout, optional(({ serving }) => unsigned(serving.apduTimeoutMs))],
        [Property.apduTimeout, required(({ serving }) => unsigned(serving.apduTimeoutMs))],
        [Property.numberOfApduRetries, required(() => unsigned(RETRIES))],
        // It finds nobody's address itself: a subscriber's is that of its request.
        [Property.deviceAddressBinding, required(() => () => undefined)],
        [Property.databaseRevision, required(({ databaseRevision }) => unsigned(databaseRevision))],
        [Property.activeCovSubscriptions, optional(({ parts }) => parts.subscriptions())],
    ]);
}

function servicesOf({ writes, password }: BacnetServing): number[] {
    const { subscribeCov, readProperty, readPropertyMultiple, writeProperty, deviceCommunicationControl } = Confirmed;
    return [
        ...[subscribeCov, readProperty, readPropertyMultiple, SupportedBit.whoHas, SupportedBit.whoIs],
        ...(writes ? [writeProperty] : []),
        ...(password ? [deviceCommunicationControl] : []),
    ];
}
