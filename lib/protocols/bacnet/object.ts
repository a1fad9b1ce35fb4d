import { BacnetError, ErrorClass, ErrorCode, ObjectType, Property, Reliability, type ObjectId } from './codes';
import { bits, boolean, enumerated, objectId, text, unsigned, type Encode } from './tag-writer';

/** A property of a kind of object. An array has its elements in order (clause 12: BACnetARRAY). */
export type PropertyOf<T> = { required: boolean } & (
    | { read(of: T): Encode; array?: undefined }
    | { array(of: T): readonly Encode[]; read?: undefined }
);

export type PropertyTable<T> = ReadonlyMap<number, PropertyOf<T>>;

/** An object with its properties (clause 12). */
export interface BacnetObject {
    readonly id: ObjectId;
    readonly name: string;
    /** By identifier; what is read of it is the object itself. */
    readonly table: PropertyTable<never>;
}

/** What is told of an object at one moment. */
export interface PointState {
    /** Of a Binary Input 0 or 1, of a Multi-state Value from 1. */
    value: number;
    reliability: number;
}

/** An object with a present value that can be subscribed. */
export interface Point extends BacnetObject {
    readonly description: string;
    /** Smaller changes are not notified; 0: each is. */
    readonly increment: number;
    state(): PointState;
    /** The value as it is sent. */
    encode(value: number): Encode;
}

export const isPoint = (object: BacnetObject): object is Point => 'state' in object;

/** IN_ALARM, FAULT, OVERRIDDEN, OUT_OF_SERVICE (clause 12, Status_Flags). No object reports events of its own, so that none is in alarm. */
export const statusFlags = (reliability: number): Encode =>
    bits([false, reliability !== Reliability.noFault, false, false]);

/** What every object has. */
function common<T extends BacnetObject>(): [number, PropertyOf<T>][] {
    return [
        [Property.objectIdentifier, { required: true, read: ({ id }) => objectId(id) }],
        [Property.objectName, { required: true, read: ({ name }) => text(name) }],
        [Property.objectType, { required: true, read: ({ id }) => enumerated(id.type) }],
        // Since protocol revision 14 (clause 12, Property_List).
        [Property.propertyList, { required: true, array: ({ table }) => listOf(table) }],
    ];
}

/** A table with what every object has. */
export function tableOf<T extends BacnetObject>(own: readonly [number, PropertyOf<T>][]): PropertyTable<T> {
    return new Map([...common<T>(), ...own]);
}

/** A table of objects with a present value: clauses 12.2, 12.6 and 12.20. */
export function pointTable<T extends Point>(own: readonly [number, PropertyOf<T>][]): PropertyTable<T> {
    return tableOf<T>([
        [Property.presentValue, { required: true, read: (point) => point.encode(point.state().value) }],
        [Property.description, { required: false, read: ({ description }) => text(description) }],
        [Property.statusFlags, { required: true, read: (point) => statusFlags(point.state().reliability) }],
        // Normal: an object without event reporting has no other.
        [Property.eventState, { required: true, read: () => enumerated(0) }],
        [Property.reliability, { required: false, read: (point) => enumerated(point.state().reliability) }],
        [Property.outOfService, { required: true, read: () => boolean(false) }],
        ...own,
    ]);
}

const LISTED_ELSEWHERE: ReadonlySet<number> = new Set([
    Property.objectIdentifier,
    Property.objectName,
    Property.objectType,
    Property.propertyList,
]);

const lists = new WeakMap<PropertyTable<never>, readonly Encode[]>();

function listOf(table: PropertyTable<never>): readonly Encode[] {
    const known =
        lists.get(table) ?? [...table.keys()].filter((id) => !LISTED_ELSEWHERE.has(id)).map((id) => enumerated(id));
    lists.set(table, known);
    return known;
}

/**
 * The properties that a special identifier of ReadPropertyMultiple means (clause 15.7.3.1.2); Property_List is none of them. Undefined: it is
 * not special.
 */
export function meantBy(special: number, { table }: BacnetObject): number[] | undefined {
    const { all, required, optional } = Property;
    if (special !== all && special !== required && special !== optional) return undefined;
    return [...table]
        .filter(([id, property]) => id !== Property.propertyList && (special === all || property.required === (special === required)))
        .map(([id]) => id); // prettier-ignore
}

// Made once: one request may ask for hundreds of properties that are not there, and to make an error costs more than to find the property.
const UNKNOWN_PROPERTY = new BacnetError(ErrorClass.property, ErrorCode.unknownProperty);
const NO_ARRAY = new BacnetError(ErrorClass.property, ErrorCode.propertyIsNotAnArray);
const NO_ELEMENT = new BacnetError(ErrorClass.property, ErrorCode.invalidArrayIndex);

/**
 * A property, or an element of it (clause 15.5.1.1.3). @param index undefined: all of it; 0: how many elements an array has
 * @throws BacnetError unknown-property, property-is-not-an-array, invalid-array-index
 */
export function readProperty(object: BacnetObject, property: number, index: number | undefined): Encode {
    const found = object.table.get(property) as PropertyOf<BacnetObject> | undefined;
    if (!found) throw UNKNOWN_PROPERTY;
    if (!found.array) {
        if (index !== undefined) throw NO_ARRAY;
        return found.read(object);
    }
    const elements = found.array(object);
    if (index === undefined) return (to) => elements.forEach((element) => element(to));
    if (index === 0) return unsigned(elements.length);
    const element = elements[index - 1];
    if (!element) throw NO_ELEMENT;
    return element;
}

/** Names of kinds of objects, for people. */
const KINDS: Readonly<Record<number, string>> = {
    [ObjectType.analogInput]: 'analog-input',
    [ObjectType.binaryInput]: 'binary-input',
    [ObjectType.device]: 'device',
    [ObjectType.multiStateValue]: 'multi-state-value',
};

export const idName = ({ type, instance }: ObjectId): string => `${KINDS[type] ?? `object ${type}`} ${instance}`;
