import { BacnetError, ErrorClass, ErrorCode } from './codes';
import type { Device } from './device';
import { idName, meantBy, readProperty } from './object';
import { TagReader } from './tag-reader';
import type { TagWriter } from './tag-writer';

const UNKNOWN_OBJECT = new BacnetError(ErrorClass.object, ErrorCode.unknownObject);

/** ReadProperty (clause 15.5). @param to takes the answer @returns what was asked, for people @throws BacnetError, Rejected, Aborted */
export function readOne(device: Device, parameters: Buffer, to: TagWriter): string {
    const request = new TagReader(parameters);
    const id = request.objectId(0);
    const property = request.unsigned(1);
    const index = request.optionalUnsigned(2);
    request.end();
    const object = device.find(id);
    if (!object) throw UNKNOWN_OBJECT;
    const value = readProperty(object, property, index);
    to.objectId(object.id, 0);
    to.unsigned(property, 1);
    if (index !== undefined) to.unsigned(index, 2);
    to.open(3);
    value(to);
    to.close(3);
    return `ReadProperty ${idName(object.id)}`;
}

/**
 * ReadPropertyMultiple (clause 15.7): what cannot be read has its error in its place.
 * @param to takes the answer
 * @returns what was asked, for people
 * @throws Rejected, Aborted
 */
export function readMany(device: Device, parameters: Buffer, to: TagWriter): string {
    const request = new TagReader(parameters);
    let asked = '';
    do {
        const id = request.objectId(0);
        const object = device.find(id);
        asked ||= `ReadPropertyMultiple ${idName(object?.id ?? id)}`;
        to.objectId(object?.id ?? id, 0);
        to.open(1);
        request.open(1);
        do {
            const property = request.unsigned(0);
            const index = request.optionalUnsigned(1);
            // An object that is not there has no list of properties: the error stands at the identifier that was asked.
            const meant = object && meantBy(property, object);
            for (const each of meant ?? [property]) {
                to.unsigned(each, 2);
                if (index !== undefined) to.unsigned(index, 3);
                answer(to, () => {
                    if (!object) throw UNKNOWN_OBJECT;
                    return readProperty(object, each, index);
                });
            }
        } while (!request.isClosing(1));
        request.close(1);
        to.close(1);
    } while (!request.isAtEnd);
    return asked;
}

function answer(to: TagWriter, find: () => (to: TagWriter) => void): void {
    let value: (to: TagWriter) => void;
    try {
        value = find();
    } catch (error) {
        if (!(error instanceof BacnetError)) throw error;
        to.open(5);
        to.enumerated(error.errorClass);
        to.enumerated(error.code);
        to.close(5);
        return;
    }
    to.open(4);
    value(to);
    to.close(4);
}
