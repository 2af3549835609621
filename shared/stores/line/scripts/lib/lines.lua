-- Two lines, and one number that says which: VIPs have numbers above `vipBase`, the n-th of their line `vipBase + n`. No number
-- of the public line gets there, as its bitmap `gone` ends at 2^32. So tickets, aside, places, outcomes and changes hold
-- both, and only the list, the bitmap and the counters of a line are there twice.
local vipBase = 9000000000
