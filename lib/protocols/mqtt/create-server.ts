// Everything a node needs to serve UPSs by MQTT, loaded at once.
export { HomeAssistantMode } from './home-assistant-mode';
export { linksTo } from './mqtt-link';
export { PlainMode } from './plain-mode';
export { MqttServer } from './server';
export { deadbandsWith } from './told-values';
export { levelsOf, topicLevel } from './topics';
export { BirthSequence } from '../sparkplug/birth-sequence';
export { SparkplugMode } from '../sparkplug/sparkplug-mode';
