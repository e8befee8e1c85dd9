import { describeHarmless } from '../support/drills.ts'

/* Faults of a whole node, of its cables and of the group's script. */

describeHarmless(['reboot', 'service-nic-cut', 'start-fails', 'stop-fails', 'clock-step'])
