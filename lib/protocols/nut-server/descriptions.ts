export const NO_DESCRIPTION = 'Description unavailable';

/** What the variables of `encode` mean, for GET DESC; units are those of RFC 9271 section 5.1. */
const VARIABLES: Readonly<Record<string, string>> = {
    'ambient.humidity': 'Ambient relative humidity (percent)',
    'ambient.temperature': 'Ambient temperature (degrees C)',
    'battery.charge': 'Battery charge (percent of full)',
    'battery.charge.low': 'Remaining battery level when the UPS says low (percent)',
    'battery.charger.status': 'Status of the battery charger',
    'battery.current': 'Battery current (A)',
    'battery.date': 'Date of the battery installation or last change',
    'battery.runtime': 'Battery runtime (seconds)',
    'battery.runtime.elapsed': 'Time on battery (seconds)',
    'battery.runtime.low': 'Remaining battery runtime when the UPS says low (seconds)',
    'battery.temperature': 'Battery temperature (degrees C)',
    'battery.voltage': 'Battery voltage (V)',
    'device.contact': 'Contact of the device',
    'device.location': 'Location of the device',
    'device.mfr': 'Manufacturer of the device',
    'device.model': 'Model of the device',
    'device.serial': 'Serial number of the device',
    'device.type': 'Type of the device',
    'input.bypass.frequency': 'Bypass frequency (Hz)',
    'input.bypass.voltage': 'Bypass voltage (V)',
    'input.current': 'Input current (A)',
    'input.frequency': 'Input frequency (Hz)',
    'input.phases': 'Number of input phases',
    'input.realpower': 'Input real power (W)',
    'input.voltage': 'Input voltage (V)',
    'input.voltage.nominal': 'Nominal input voltage (V)',
    'output.current': 'Output current (A)',
    'output.frequency': 'Output frequency (Hz)',
    'output.phases': 'Number of output phases',
    'output.power': 'Output apparent power (VA)',
    'output.realpower': 'Output real power (W)',
    'output.voltage': 'Output voltage (V)',
    'server.info': 'Server information',
    'server.version': 'Server version',
    'ups.alarm': 'Alarms of the UPS',
    'ups.beeper.status': 'Status of the beeper',
    'ups.delay.shutdown': 'Time from the shutdown command to the output being off (seconds)',
    'ups.delay.start': 'Time from the return of the mains to the output being on (seconds)',
    'ups.firmware': 'Firmware of the UPS',
    'ups.id': 'Name that the UPS has for itself',
    'ups.load': 'Load of the UPS (percent of full)',
    'ups.mfr': 'Manufacturer of the UPS',
    'ups.model': 'Model of the UPS',
    'ups.power': 'Apparent power of the UPS (VA)',
    'ups.realpower': 'Real power of the UPS (W)',
    'ups.serial': 'Serial number of the UPS',
    'ups.status': 'UPS status',
    'ups.temperature': 'Temperature of the UPS (degrees C)',
    'ups.test.result': 'Result of the last self test',
};

const COMMANDS: Readonly<Record<string, string>> = {
    'beeper.disable': 'Disable the beeper',
    'beeper.enable': 'Enable the beeper',
    'beeper.mute': 'Mute the beeper for now',
    'load.off': 'Turn off the load immediately',
    'load.off.delay': 'Turn off the load after a delay (seconds)',
    'load.on': 'Turn on the load immediately',
    'load.on.delay': 'Turn on the load after a delay (seconds)',
    'shutdown.reboot': 'Shut down the load briefly while rebooting the UPS',
    'shutdown.return': 'Turn off the load, and return when the power is back',
    'shutdown.stayoff': 'Turn off the load, and remain off',
    'shutdown.stop': 'Stop a shutdown in progress',
    'test.battery.start': 'Start a battery test',
    'test.battery.start.deep': 'Start a deep battery test',
    'test.battery.start.quick': 'Start a quick battery test',
    'test.battery.stop': 'Stop the battery test',
    'test.system.start': 'Start a system test',
};

const OUTLETS: Readonly<Record<string, string>> = {
    id: 'Number of the outlet',
    name: 'Name of the outlet',
    status: 'State of the outlet (on, off)',
    'load.cycle': 'Turn the outlet off and on again',
    'load.off': 'Turn off the outlet',
    'load.on': 'Turn on the outlet',
};

export function variableDescription(name: string): string | undefined {
    return find(VARIABLES, name);
}

export function commandDescription(name: string): string | undefined {
    return find(COMMANDS, name);
}

function find(all: Readonly<Record<string, string>>, name: string): string | undefined {
    const lower = name.toLowerCase();
    if (Object.hasOwn(all, lower)) return all[lower];
    const outlet = /^outlet\.\d+\.(.+)$/.exec(lower)?.[1];
    return outlet !== undefined && Object.hasOwn(OUTLETS, outlet) ? OUTLETS[outlet] : undefined;
}
