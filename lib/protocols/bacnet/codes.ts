// Numbers of ANSI/ASHRAE 135-2012 (protocol revision 14), clause 21, as far as this device uses them.

export const ObjectType = {
    analogInput: 0,
    binaryInput: 3,
    device: 8,
    multiStateValue: 19,
} as const;

export const Property = {
    activeText: 4,
    all: 8,
    apduSegmentTimeout: 10,
    apduTimeout: 11,
    applicationSoftwareVersion: 12,
    covIncrement: 22,
    description: 28,
    deviceAddressBinding: 30,
    eventState: 36,
    firmwareRevision: 44,
    inactiveText: 46,
    location: 58,
    maxApduLengthAccepted: 62,
    modelName: 70,
    numberOfApduRetries: 73,
    numberOfStates: 74,
    objectIdentifier: 75,
    objectList: 76,
    objectName: 77,
    objectType: 79,
    optional: 80,
    outOfService: 81,
    polarity: 84,
    presentValue: 85,
    protocolObjectTypesSupported: 96,
    protocolServicesSupported: 97,
    protocolVersion: 98,
    reliability: 103,
    required: 105,
    segmentationSupported: 107,
    stateText: 110,
    statusFlags: 111,
    systemStatus: 112,
    units: 117,
    vendorIdentifier: 120,
    vendorName: 121,
    protocolRevision: 139,
    activeCovSubscriptions: 152,
    databaseRevision: 155,
    maxSegmentsAccepted: 167,
    propertyList: 371,
} as const;

export const Unit = {
    amperes: 3,
    volts: 5,
    voltAmperes: 8,
    kilowattHours: 19,
    hertz: 27,
    percentRelativeHumidity: 29,
    watts: 47,
    degreesCelsius: 62,
    minutes: 72,
    seconds: 73,
    none: 95,
    percent: 98,
} as const;

export const Reliability = { noFault: 0, noSensor: 1, communicationFailure: 12 } as const;

/** BACnetConfirmedServiceChoice. */
export const Confirmed = {
    covNotification: 1,
    subscribeCov: 5,
    readProperty: 12,
    readPropertyMultiple: 14,
    writeProperty: 15,
    deviceCommunicationControl: 17,
} as const;

/** BACnetUnconfirmedServiceChoice. */
export const Unconfirmed = { iAm: 0, iHave: 1, covNotification: 2, whoHas: 7, whoIs: 8 } as const;

/** Bits of BACnetServicesSupported that are no numbers of confirmed services. */
export const SupportedBit = { whoHas: 33, whoIs: 34 } as const;

export const ErrorClass = { device: 0, object: 1, property: 2, resources: 3, security: 4, services: 5 } as const;

export const ErrorCode = {
    invalidDataType: 9,
    noSpaceToAddListElement: 20,
    operationalProblem: 25,
    passwordFailure: 26,
    unknownObject: 31,
    unknownProperty: 32,
    valueOutOfRange: 37,
    writeAccessDenied: 40,
    invalidArrayIndex: 42,
    optionalFunctionalityNotSupported: 45,
    propertyIsNotAnArray: 50,
} as const;

export const RejectReason = {
    other: 0,
    inconsistentParameters: 2,
    invalidParameterDataType: 3,
    invalidTag: 4,
    missingRequiredParameter: 5,
    parameterOutOfRange: 6,
    tooManyArguments: 7,
    undefinedEnumeration: 8,
    unrecognizedService: 9,
} as const;

export const AbortReason = {
    bufferOverflow: 1,
    segmentationNotSupported: 4,
    outOfResources: 9,
} as const;

/** BACnetObjectIdentifier (clause 20.2.14): 10 bits of type, 22 of instance. */
export interface ObjectId {
    type: number;
    instance: number;
}

/** Clause 12: no object has it; as the instance of a Device it means the one that is asked. */
export const ANY_INSTANCE = 4_194_303;

/** One number for each object, for maps. */
export const idNumber = ({ type, instance }: ObjectId): number => type * 4_194_304 + instance;

/** An answer with a BACnet error (clause 18). */
export class BacnetError extends Error {
    constructor(
        readonly errorClass: number,
        readonly code: number,
    ) {
        super(`BACnet error ${errorClass}/${code}`);
    }
}

/** A request that cannot be understood (clause 18.9). */
export class Rejected extends Error {
    constructor(readonly reason: number) {
        super(`BACnet reject ${reason}`);
    }
}

/** An answer that cannot be sent (clause 18.10). */
export class Aborted extends Error {
    constructor(readonly reason: number) {
        super(`BACnet abort ${reason}`);
    }
}
