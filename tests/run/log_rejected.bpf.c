/* Refused: a number is no address. */
int load(unsigned long address)
{
	return *(int *)address;
}
