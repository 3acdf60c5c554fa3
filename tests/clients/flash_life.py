"""runpod-flash deploys an endpoint live and sends it a job.

    flash_life.py gpu|cpu|volume IMAGE COMMAND       prints {"id", "output"} of the job as JSON; keeps its state in the working folder

`volume` is `gpu` with a network volume.
"""

import asyncio
import json
import sys

from runpod_flash import CpuInstanceType, CpuLiveServerless, GpuGroup, LiveServerless, NetworkVolume, PodTemplate


async def life(family, image, command):
    settings = {
        "name": f"flash-{family}",
        "workersMax": 1,
        "idleTimeout": 60,
        "template": PodTemplate(imageName=image, dockerArgs=command),
    }
    if family == "volume":
        settings["networkVolume"] = NetworkVolume(name="models", size=10)
    if family != "cpu":
        endpoint = LiveServerless(gpus=[GpuGroup.ADA_24], **settings)
    else:
        endpoint = CpuLiveServerless(instanceIds=[CpuInstanceType.CPU3G_2_8], **settings)
    await endpoint.deploy()
    done = await endpoint.runsync({"input": {"name": "Ada"}})
    return {"id": endpoint.id, "output": done.output}


print(json.dumps(asyncio.run(life(*sys.argv[1:]))))
