import json

from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.urls import path


def hear(request):
    event = json.loads(request.body)
    Group.objects.create(name=event["event"])
    return HttpResponse()


urlpatterns = [path("webhooks/", hear)]
